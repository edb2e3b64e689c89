# Las cuentas.

connections-empty = Aún no tienes ninguna cuenta. /connect crea una: de práctica con un toque, o en un exchange.
connection-title = <b>{ $name }</b> · { $sign }
connection-rights-unknown = ⚠️ No puedo comprobar los permisos de la clave: { $venue } no los dice. Míralos allí, por favor: no debe poder retirar.
connection-venue = { $venue } · { $market }
connection-money =
    Saldo: <b>{ $balance }</b>
    Patrimonio: <b>{ $equity }</b>
connection-open = { $count ->
    [0] Sin operaciones abiertas
    [one] { $count } operación abierta
   *[other] { $count } operaciones abiertas
}
state-active = ✅ opera
state-paused = ⏸ en pausa
state-testing = en prueba
state-error = ⚠️ error

button-connection-pause = ⏸ Pausar
button-connection-resume = ▶️ Reanudar
button-connect = + Cuenta nueva

connection-remove-ask = ¿Quitar <b>{ $name }</b> · { $sign }? Su historial se va con ella.
connection-remove-yes = Sí, quitarla
connection-removed = <b>{ $name }</b> · { $sign } ya no está.
connection-remove-busy = <b>{ $name }</b> · { $sign } aún tiene operaciones u órdenes abiertas. Ciérralas antes: /positions

connect-name = Práctica { $balance }
connect-full = Ya tienes { $count } cuentas, que son las que puedo llevar. Quita una antes: /connections
connect-done =
    ✅ <b>{ $name }</b> · { $sign } está lista con { $balance }.

    Desde ahora las señales de tus canales operan en ella. /sources muestra los canales.
