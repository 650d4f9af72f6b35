select
    id as payment_id,
    order_id,
    method as payment_method,
    status as payment_status,
    amount_cents / 100.0 as amount,
    paid_at as paid_on
from {{ source('shop', 'raw_payments') }}
