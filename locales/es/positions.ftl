# Las operaciones abiertas y el día.

positions-empty = No hay operaciones abiertas. Cuando un canal publique una señal, su operación aparecerá aquí.
positions-overview = <b>{ $count ->
    [one] { $count } operación abierta
   *[other] { $count } operaciones abiertas
}</b> · elige una:
positions-row = { $number }. { $side } { $symbol } · { $sign } · { $pnl } ({ $percent })

card-title = <b>{ $side } { $symbol }</b>
card-pnl = <b>{ $pnl }</b> ({ $percent })
card-size = Tamaño: { $quantity }
card-size-part = Tamaño: { $quantity } de { $original }
card-prices = Entrada { $entry } · ahora <b>{ $now }</b>
card-entry = Entrada: { $entry }
card-no-stop = ⚠️ Sin stop
card-target-open = ▫️ TP{ $level } { $price } · { $share }
card-target-hit = ✅ TP{ $level } { $price } · { $share }
card-trailing = Stop dinámico activo
card-at-entry = Stop movido a la entrada
card-detached = Cambiaste esta operación: el canal ya no la gestiona.

close-ask = ¿Cerrar <b>{ $side } { $symbol }</b> a mercado? { $pnl } ({ $percent }) por ahora.
half-ask = ¿Cerrar la mitad de <b>{ $side } { $symbol }</b> a mercado? { $pnl } ({ $percent }) por ahora.
confirm-expiry = El botón vale un minuto.
close-yes = Sí, cerrarla
half-yes = Sí, cerrar la mitad
closed-now = 🏁 <b>{ $side } { $symbol }</b> está cerrada: <b>{ $pnl }</b> ({ $percent })
closing-now = ⏳ <b>{ $side } { $symbol }</b>: la orden de cierre está en camino.
half-closed = ✅ La mitad está cerrada.
stop-loosened = El stop tiene el margen que pidió el canal.
stop-at-entry = ✅ El stop está en el precio de entrada.

today-title = <b>Hoy</b> · { $day }
today-empty = Hoy no se ha cerrado nada ni hay nada abierto. También está bien.
today-closed = Cerradas: { $count } · ganadas { $rate }
today-pnl = Resultado: <b>{ $pnl }</b>
today-funding = Financiación incluida: { $funding }
today-open-funded = Abiertas: { $count } · <b>{ $pnl }</b> sin financiación
today-open = Abiertas: { $count } · <b>{ $pnl }</b>
