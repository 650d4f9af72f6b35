with paid as (
    select
        orders.customer_id,
        sum(payments.amount) as value,
        count(distinct orders.order_id) as orders
    from {{ ref('stg_payments') }} as payments
    inner join {{ ref('stg_orders') }} as orders on payments.order_id = orders.order_id
    where payments.payment_status <> 'refunded'
        and orders.ordered_on >= '2024-01-01'
    group by orders.customer_id
)

select
    customers.customer_id,
    paid.value as lifetime_value,
    paid.orders
from {{ ref('stg_customers') }} as customers
inner join paid on customers.customer_id = paid.customer_id
