# Pantallas de los administradores.

users-title = <b>Personas</b> · { $count }
user-line = <b>{ $name }</b> · { $role } · { $state }
user-unnamed = chat { $chat }
role-user = usuario
role-admin = administrador
role-super = dueño
user-active = ✅ activo
user-inactive = ⛔ bloqueado

button-block = Bloquear
ask-block = ¿Bloquear a <b>{ $name }</b>? El bot deja de responder; lo abierto sigue gestionado.
yes-block = Sí, bloquear
button-unblock = Desbloquear
ask-unblock = ¿Desbloquear a <b>{ $name }</b>?
yes-unblock = Sí, desbloquear
button-promote = Hacer administrador
ask-promote = ¿Hacer administrador a <b>{ $name }</b>? Los administradores ven a todas las personas y comparten canales.
yes-promote = Sí, hacer administrador
button-demote = Quitar de administrador
ask-demote = ¿Quitar a <b>{ $name }</b> los derechos de administrador?
yes-demote = Sí, quitarlos

health-title-ok = ✅ <b>Todo va bien</b>
health-title-trouble = ⚠️ <b>Algo necesita atención</b>
health-line-ok = ✅ { $name }: { $detail }
health-line-trouble = ❌ <b>{ $name }</b>: { $detail }
health-inbox = Mensajes en espera
health-outbox = Avisos en espera
health-positions = Operaciones abiertas
health-updates = Última actualización
health-database = Base de datos
health-prices = Edad de los precios
health-loops = Tareas de fondo
