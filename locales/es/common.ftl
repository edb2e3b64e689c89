# Palabras que comparten varias pantallas.

language-name = Español

sign-paper = 📝 PRÁCTICA
sign-live = 💵 REAL
sign-testnet = 🧪 PRUEBAS
symbol-perpetual = { $pair } perpetuo
side-buy = 🟢 LONG
side-sell = 🔴 SHORT
order-market = a mercado
order-limit = limitada
order-stop = stop
order-stop_limit = stop limitada
holder-exchange = lo guarda el exchange
holder-engine = lo vigilo yo
holder-placing = lo vigilo yo hasta que lo guarde el exchange
mode-off = Apagado
mode-ask = Pregúntame
mode-auto = Auto
mode-paper = Papel

reason-tp = toma de ganancias
reason-sl = stop de pérdidas
reason-trailing_sl = stop dinámico
reason-breakeven = stop en la entrada
reason-manual = por tu mano
reason-signal = lo dijo el canal
reason-external = fuera de este bot
reason-emergency_stop = parada de emergencia
reason-liquidation = liquidada por el exchange
reason-other = mira tus operaciones abiertas

line-account = { $name } · { $sign }
line-source = Canal: { $source }
line-size = Tamaño: <b>{ $quantity } { $base }</b>
line-entry = Entrada: <b>{ $price }</b>
line-stop = Stop: <b>{ $price }</b> · { $holder }
line-stop-price = Stop: { $price }
line-target = TP{ $level }: { $price } · { $share }
line-target-price = TP{ $level }: { $price }
line-risk = Riesgo en el stop: { $risk }
line-leverage = Apalancamiento: { $leverage }×
line-pnl = Resultado: <b>{ $pnl }</b>
line-funding = Financiación: { $funding }
line-left = Queda: { $quantity }

duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
duration-hours = { $hours } h { $minutes } min
duration-days = { $days ->
    [one] { $days } día
   *[other] { $days } días
} { $hours } h

button-back = ‹ Volver
button-refresh = ↻ Actualizar
button-close = Cerrar
button-half = Cerrar la mitad
button-loosen = Ponerlo igualmente
button-stop-to-entry = Stop a la entrada
button-take = ✅ Tomarla
button-skip = Dejarla
button-resume = ▶️ Reanudar
button-positions = Operaciones abiertas
button-connections = Mis cuentas
button-sources = Mis canales
button-remove = Quitar
