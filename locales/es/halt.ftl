# Pararlo todo: para uno mismo y para todos.

halt-done = 🛑 <b>Detenido.</b> Desde ahora no envío ninguna entrada, por ninguna señal.
halt-entries = { $count ->
    [0] No tienes órdenes esperando entrar.
    [one] La orden que espera entrar se retira. Te aviso cuando esté confirmado.
   *[other] Las { $count } órdenes que esperan entrar se retiran. Te aviso cuando esté confirmado.
}
halt-end = /resume lo termina.
button-panic = 🛑 Cerrarlo todo

panic-ask = { $count ->
    [0] 🛑 No tienes operaciones abiertas. ¿Retirar toda orden en espera y quedar fuera?
    [one] 🛑 ¿Cerrar tu operación a mercado, retirar toda orden en espera y quedar fuera?
   *[other] 🛑 ¿Cerrar las { $count } operaciones a mercado, retirar toda orden en espera y quedar fuera?
}
panic-yes = Sí, cerrarlo todo
panic-begun = { $count ->
    [0] 🛑 <b>Detenido.</b> Se retiran las órdenes en espera.
    [one] 🛑 <b>Detenido.</b> Cierro tu operación. Te digo lo que confirma el exchange y sigo hasta que esté cerrada.
   *[other] 🛑 <b>Detenido.</b> Cierro { $count } operaciones. Te digo lo que confirma cada exchange y sigo hasta cerrarlas todas.
}

notice-flat = 🛑 <b>Cierre confirmado: { $closed } de { $count }</b>
notice-flat-done = { $count ->
    [0] 🛑 <b>Estás fuera.</b> No había nada que cerrar.
   *[other] 🛑 <b>Estás fuera.</b> Todo está cerrado, y el exchange lo ha confirmado.
}
notice-flat-trade = { $side } <b>{ $symbol }</b>
notice-flat-said = Dice: { $reason }
notice-flat-again = Sigo hasta cerrarlas todas. Para ir más rápido, cierra en el exchange lo que siga abierto.
notice-flat-end = Sin operaciones nuevas hasta /resume.
flat-closed = ✅ cerrada, confirmada
flat-sent = ⏳ la orden de cierre va en camino, sin confirmar
flat-refused = ❌ sin cerrar, lo intento otra vez
flat-waiting = ⏳ aún sin cerrar

button-house-halted = 🛑 Detener a todos
button-house-active = ▶️ Terminarlo para todos
house-ask-halted = 🛑 ¿Detener el trading para <b>todos</b>? No se envían entradas y se retiran las órdenes en espera. Lo abierto sigue protegido.
house-ask-active = ▶️ ¿Terminar la detención para <b>todos</b>? Las paradas y pausas personales siguen.
house-yes-halted = Sí, detener a todos
house-yes-active = Sí, que todos operen
house-done-halted = 🛑 <b>El trading está detenido para todos.</b> Se les avisa.
house-done-active = ▶️ <b>Todos pueden operar otra vez.</b> Se les avisa.
notice-house-halted = 🛑 <b>El operador ha detenido el trading para todos.</b> Sin operaciones nuevas; las tuyas siguen protegidas y se pueden cerrar.
notice-house-active = ▶️ <b>El operador ha terminado la detención.</b> Las señales abren operaciones otra vez, salvo que las hayas pausado.
resumed-but-house = Tu interruptor está activo, pero el operador ha detenido el trading para todos. Te aviso cuando termine.
