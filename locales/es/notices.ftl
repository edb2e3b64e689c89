# Lo que ha pasado, contado en el orden en que pasó.

notice-number = <i>#{ $number }</i>
notice-late = 🕓 <i>Con { $delay } de retraso: pasó el { $at }</i>

notice-signal_proposed = 📡 <b>{ $source }</b> dice: <b>{ $side } { $symbol }</b>
notice-proposed-entry = Entrada: { $entries }
notice-proposed-market = Entrada: a mercado
notice-proposed-ask = ¿La tomo?

notice-signal_unclear = { $code ->
    [reply_unknown] ❓ <b>{ $source }</b> escribió una instrucción que no pude situar. No he hecho nada con ella.
   *[other] ❓ <b>{ $source }</b> publicó lo que puede ser una señal. No he hecho nada con ello.
}
notice-quote = <blockquote>{ $text }</blockquote>

notice-signal_refused = 🚫 <b>{ $side } { $symbol }</b> · no operada
notice-order_rested = ⏳ <b>{ $side } { $symbol }</b> · la orden espera su precio
notice-order-line = Tamaño: { $quantity } · orden { $type } a <b>{ $price }</b>
notice-order-until = Hasta { $until }
notice-entry_cancelled = ✖️ <b>{ $side } { $symbol }</b> · la orden en espera ya no está
notice-entry-filled = Ejecutado antes: { $quantity }

notice-execution = ✅ <b>{ $side } { $symbol }</b> · abierta
moved-sl = se pidió un stop nuevo
notice-latency-by-hand = ⚡ { $seconds } s de tu toque a la ejecución
notice-latency = ⚡ { $seconds } s de la publicación a la ejecución
notice-open = ➕ <b>{ $side } { $symbol }</b> · creció en { $added }
notice-grown = Tamaño: <b>{ $quantity }</b> · entrada media { $price }
notice-tp_hit = 🎯 <b>{ $side } { $symbol }</b> · TP{ $level } alcanzado
notice-fill = Cerrado { $quantity } a <b>{ $price }</b>
notice-stop_moved = 🛡 <b>{ $side } { $symbol }</b> · stop movido
notice-stop-from = Stop: { $old } → <b>{ $new }</b> · { $holder }
notice-why = Por qué: { $reason }
notice-part_closed = ✂️ <b>{ $side } { $symbol }</b> · cierre parcial
notice-close = 🏁 <b>{ $side } { $symbol }</b> · cerrada
notice-close-pnl = Resultado: <b>{ $pnl }</b> ({ $percent })
notice-close-prices = Entrada { $entry } · última salida { $exit } · tamaño { $quantity }
notice-close-fees = Comisiones: { $fees } · duró { $duration }
notice-result_corrected = ✏️ <b>{ $side } { $symbol }</b> · resultado corregido
notice-corrected-now = Resultado: { $before } → <b>{ $now }</b> ({ $percent })
notice-corrected-why = El exchange mostró esta financiación después de que te dijera el resultado. Cuenta en el día en que se pagó.

notice-daily_report = 📊 <b>{ $day }</b>
notice-day-empty = No se cerró ninguna operación.
notice-day-trades = { $count ->
    [one] { $count } operación
   *[other] { $count } operaciones
} · { $won } con ganancia, { $lost } con pérdida ({ $rate })
notice-day-pnl = Resultado: <b>{ $pnl }</b>
notice-day-factor = Factor de beneficio: { $factor }
notice-day-perfect = Factor de beneficio: sin pérdidas
notice-day-drawdown = Mayor caída: { $drawdown }
notice-days_corrected = ✏️ <b>Resultado del día corregido</b>
notice-day-corrected = { $day }: { $before } → <b>{ $now }</b>
notice-day-money =
    Saldo: { $balance }
    Patrimonio: { $equity }

notice-error = ⛔ <b>Una cuenta está desconectada</b>
notice-error-positions = { $count ->
    [one] ⚠️ <b>Una operación abierta allí no la atiendo ahora.</b> Atiéndela en el exchange.
   *[other] ⚠️ <b>{ $count } operaciones abiertas allí no las atiendo ahora.</b> Atiéndelas en el exchange.
}
notice-silence = 🔌 <b>El exchange no responde desde hace { $minutes } minutos</b>
notice-silence-open = { $count ->
    [one] Hay una operación abierta allí.
   *[other] Hay { $count } operaciones abiertas allí.
} Los stops que están en el exchange siguen en vigor; los que guardo yo actúan en cuanto responda. Pregunto cada minuto y no abro nada nuevo.
notice-silence-back = ✅ <b>El exchange responde de nuevo, tras { $minutes } minutos</b>
notice-silence-compared = { $count ->
    [one] La operación abierta allí se compara con lo que tiene el exchange.
   *[other] Las { $count } operaciones abiertas allí se comparan con lo que tiene el exchange.
} Lo que pasó entretanto se cuenta.
notice-start_found = 🔄 He arrancado. Esto había pasado entretanto, o aún no está claro:
notice-start-settled = • { $count ->
    [one] una orden cuyo resultado no se conocía ya está clara
   *[other] { $count } órdenes cuyo resultado no se conocía ya están claras
}
notice-start-unsettled = • { $count ->
    [one] una orden aún no está clara: sigo preguntando
   *[other] { $count } órdenes aún no están claras: sigo preguntando
}
notice-start-ended = • { $count ->
    [one] una operación había terminado entretanto
   *[other] { $count } operaciones habían terminado entretanto
}
notice-start-silent = • { $count ->
    [one] una cuenta no ha mostrado cómo está: hasta entonces no abre nada
   *[other] { $count } cuentas no han mostrado cómo están: hasta entonces no abren nada
}
notice-trouble = ⚠️ <b>{ $symbol }</b> necesita tus ojos
notice-back_from_outage = 🔌 Estuve fuera. <b>{ $source }</b> publicó { $count ->
    [one] { $count } señal que ya es demasiado vieja
   *[other] { $count } señales que ya son demasiado viejas
} para operar:
notice-outage-symbols = { $symbols }

notice-post_skipped = 🚫 <b>{ $side } { $symbol }</b> · no operada
notice-signal_edited = ✏️ <b>{ $side } { $symbol }</b> · el canal cambió su publicación
notice-edited-followed = El nuevo stop y los objetivos pasan a la operación abierta. Un stop con más margen te pregunta antes.
notice-instruction_edited = ✏️ <b>{ $source }</b> cambió una publicación sobre tu operación abierta
notice-not-again =
    🚫 No se hizo: sigo una instrucción tal como se publicó al principio, nunca por una edición.
    👉 Si la quieres, hazla tú: /positions
notice-edited-kept = Tu operación sigue como está. Ahora la publicación dice:
notice-instruction_refused = 🚫 <b>{ $side } { $symbol }</b> · instrucción no seguida
notice-asked = El canal pidió: { $instruction }
notice-targets_changed = 🎯 <b>{ $side } { $symbol }</b> · nuevos objetivos del canal

instruction-close = cerrar la operación
instruction-close_partial = cerrar una parte
instruction-move_sl = mover el stop
instruction-move_sl_to_entry = mover el stop a la entrada
instruction-move_sl_to_tp = mover el stop a un objetivo
instruction-set_tp = poner nuevos objetivos
instruction-modify_entry = cambiar la entrada
instruction-reenter = volver a entrar
instruction-cancel = cancelar la orden en espera

note-reduced_to_max_risk = ℹ️ Más pequeña: el riesgo queda dentro de tu límite
note-reduced_to_max_lot = ℹ️ Más pequeña: tu tamaño máximo por operación
note-reduced_to_free_margin = ℹ️ Más pequeña: todo el margen libre que hay
note-reduced_to_max_qty = ℹ️ Más pequeña: la orden más grande que admite el exchange
note-reduced_to_signal_amount = ℹ️ Más pequeña: el canal pide una cantidad menor
note-reduced_to_signal_risk = ℹ️ Más pequeña: el canal pide menos riesgo
note-entries_merged = ℹ️ Menos órdenes de entrada: más pequeñas no llegarían al mínimo
note-last_target_closes_rest = ℹ️ El último objetivo cierra todo lo que queda
note-targets_merged = ℹ️ Menos objetivos: partes más pequeñas no llegarían al mínimo

cancelled-expired = nadie llegó a su precio a tiempo
cancelled-cancelled = se canceló
cancelled-too_old = se acabó su tiempo
cancelled-target_passed = el precio llegó al objetivo sin nosotros
cancelled-signal = la canceló el canal
cancelled-signal_closed = el canal cerró la operación
cancelled-manual = la cancelaste tú
