# Pausar y reanudar.

paused = ⏸ <b>En pausa.</b> No abro operaciones nuevas.
paused-already = ⏸ Las operaciones nuevas ya están en pausa.
paused-halted = 🛑 El trading está detenido, que es más que una pausa. Sigue así.
paused-open = { $count ->
    [0] No tienes operaciones abiertas.
    [one] Tu operación abierta conserva su stop y sus objetivos.
   *[other] Tus { $count } operaciones abiertas conservan sus stops y objetivos.
}
resumed = ▶️ <b>En marcha.</b> Las señales nuevas vuelven a abrir operaciones.
resumed-already = ▶️ Las operaciones nuevas no están en pausa.
halted-ask = 🛑 El trading está <b>detenido</b>. ¿Volver a empezar? Un cierre total que no haya acabado termina con ello.
halted-another = 🛑 <b>Nada ha cambiado:</b> después de pedirlo has vuelto a parar, y eso sigue en pie.
halted-yes = Sí, volver a operar
