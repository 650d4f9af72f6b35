select
    id as order_id,
    customer_id,
    status as order_status,
    ordered_at as ordered_on,
    updated_at as updated_on
from {{ source('shop', 'raw_orders') }}
