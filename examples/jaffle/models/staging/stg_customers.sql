select
    id as customer_id,
    first_name || ' ' || last_name as customer_name,
    created_at as registered_on
from {{ source('shop', 'raw_customers') }}
