with payments as (
    select * from {{ ref('stg_payments') }}
)

select
    order_id,
    sum(amount) as paid_amount,
    count(*) as payments
from payments
where payment_status = 'paid'
group by order_id
