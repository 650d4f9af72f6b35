with days as (
    select
        ordered_on,
        sum(amount) as revenue
    from {{ ref('all_sales') }}
    group by ordered_on
)

select
    ordered_on,
    revenue,
    sum(revenue) over (order by ordered_on) as running_revenue
from days
