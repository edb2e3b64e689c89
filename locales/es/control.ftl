# Pausar y reanudar.

paused = ⏸ <b>En pausa.</b> No abro operaciones nuevas.
paused-already = ⏸ Las operaciones nuevas ya están en pausa.
paused-open = { $count ->
    [0] No tienes operaciones abiertas.
    [one] Tu operación abierta conserva su stop y sus objetivos.
   *[other] Tus { $count } operaciones abiertas conservan sus stops y objetivos.
}
resumed = ▶️ <b>En marcha.</b> Las señales nuevas vuelven a abrir operaciones.
resumed-already = ▶️ Las operaciones nuevas no están en pausa.
halted-ask = 🛑 El trading se <b>detuvo</b> para proteger tu cuenta. ¿Volver a empezar?
halted-yes = Sí, volver a operar
