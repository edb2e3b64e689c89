# Una orden de la que el exchange no supo dar cuenta.

button-order-check = 🔄 Mirar otra vez
button-order-gone = No está allí
order-found = ✅ La orden en <b>{ $symbol }</b> apareció en el exchange. Vuelve a estar en mis libros.
order-gone = La orden en <b>{ $symbol }</b> terminó: no está en el exchange.
order-still-unknown = El exchange sigue sin decir si la orden en <b>{ $symbol }</b> llegó. Míralo allí tú mismo, por favor.
order-gone-ask = ¿Miraste en el exchange, en órdenes abiertas y en operaciones, y la orden en <b>{ $symbol }</b> <b>no está</b>?
order-gone-yes = Sí, no está allí
button-side-keep = Se queda: operar al lado
side-keep-ask = ¿Es tuyo lo que esta cuenta tiene en <b>{ $symbol }</b>, y <b>se queda</b>? Donde una cuenta tiene una sola posición por símbolo, una operación mía en la otra dirección cierra una parte.
side-keep-yes = Sí, se queda
side-kept = ✅ Vuelvo a abrir operaciones en <b>{ $symbol }</b> en esta cuenta.
