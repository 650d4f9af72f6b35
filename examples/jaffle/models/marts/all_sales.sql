with web as (
    select
        'web-' || order_id as sale_id,
        'web' as channel,
        customer_id,
        ordered_on,
        cast(revenue as double) as amount
    from {{ ref('order_revenue') }}
),

store as (
    select
        'store-' || store_order_id as sale_id,
        'store' as channel,
        customer_id,
        ordered_on,
        cast(amount as double) as amount
    from {{ ref('stg_store_orders') }}
)

select * from web
union all
select * from store
