with ranked as (
    select
        order_id,
        order_status,
        loaded_at,
        row_number() over (partition by order_id order by loaded_at desc, event_id desc) as position
    from {{ ref('stg_order_events') }}
)

select
    order_id,
    order_status,
    loaded_at
from ranked
where position = 1
