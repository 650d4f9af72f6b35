select
    id as store_order_id,
    customer_id,
    sold_at as ordered_on,
    total_cents / 100.0 as amount
from {{ source('shop', 'raw_store_orders') }}
