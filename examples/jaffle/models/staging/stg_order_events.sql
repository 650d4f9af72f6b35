select
    event_id,
    order_id,
    status as order_status,
    loaded_at
from {{ source('shop', 'raw_order_events') }}
