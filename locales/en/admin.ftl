# Screens of the admins.

users-title = <b>People</b> · { $count }
user-line = <b>{ $name }</b> · { $role } · { $state }
user-unnamed = chat { $chat }
role-user = user
role-admin = admin
role-super = owner
user-active = ✅ active
user-inactive = ⛔ blocked

button-block = Block
ask-block = Block <b>{ $name }</b>? The bot no longer answers; open trades stay managed.
yes-block = Yes, block
button-unblock = Unblock
ask-unblock = Unblock <b>{ $name }</b>?
yes-unblock = Yes, unblock
button-promote = Make admin
ask-promote = Make <b>{ $name }</b> an admin? Admins see all people and share channels.
yes-promote = Yes, make admin
button-demote = No longer admin
ask-demote = Take the admin rights of <b>{ $name }</b> away?
yes-demote = Yes, take them away

health-title-ok = ✅ <b>All is well</b>
health-title-trouble = ⚠️ <b>Something needs attention</b>
health-line-ok = ✅ { $name }: { $detail }
health-line-trouble = ❌ <b>{ $name }</b>: { $detail }
health-inbox = Messages waiting
health-outbox = Notices waiting
health-positions = Open trades
health-updates = Last update
health-database = Database
health-prices = Age of prices
health-loops = Background loops
