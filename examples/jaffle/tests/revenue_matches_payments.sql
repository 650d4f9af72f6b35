{{ config(meta={'spec': ['order_revenue#CW-payments']}) }}
-- Revenue in all is what the bank paid for orders that were not cancelled.
with revenue as (
    select sum(revenue) as total from {{ ref('order_revenue') }}
),

paid as (
    select sum(payments.amount) as total
    from {{ ref('stg_payments') }} as payments
    inner join {{ ref('stg_orders') }} as orders on payments.order_id = orders.order_id
    where payments.payment_status = 'paid' and orders.order_status <> 'cancelled'
)

select revenue.total, paid.total
from revenue
cross join paid
where abs(revenue.total - paid.total) > 0.01
