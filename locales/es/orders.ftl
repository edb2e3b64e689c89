# Una orden de la que el exchange no supo dar cuenta.

button-order-check = 🔄 Mirar otra vez
button-order-gone = No está allí
order-found = ✅ La orden en <b>{ $symbol }</b> apareció en el exchange. Vuelve a estar en mis libros.
order-gone = La orden en <b>{ $symbol }</b> terminó: no está en el exchange.
order-still-unknown = El exchange sigue sin decir si la orden en <b>{ $symbol }</b> llegó. Míralo allí tú mismo, por favor.
order-gone-ask = ¿Miraste en el exchange, en órdenes abiertas y en operaciones, y la orden en <b>{ $symbol }</b> <b>no está</b>?
order-gone-yes = Sí, no está allí
