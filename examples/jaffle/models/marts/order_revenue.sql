{{ config(materialized='incremental', unique_key='order_id', incremental_strategy='delete+insert') }}

select
    orders.order_id,
    orders.customer_id,
    orders.ordered_on,
    orders.order_status,
    coalesce(payments.paid_amount, 0) as revenue,
    orders.updated_on
from {{ ref('stg_orders') }} as orders
left join {{ ref('int_order_payments') }} as payments on orders.order_id = payments.order_id
where orders.order_status <> 'cancelled'
{% if is_incremental() %}
    and orders.updated_on >= (select max(updated_on) from {{ this }})
{% endif %}
