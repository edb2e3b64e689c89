# Pause and resume.

paused = ⏸ <b>Paused.</b> I open no new trades.
paused-already = ⏸ New trades are paused already.
paused-halted = 🛑 Trading is halted, which is more than a pause. It stays so.
paused-open = { $count ->
    [0] You have no open trades.
    [one] Your open trade keeps its stop and targets.
   *[other] Your { $count } open trades keep their stops and targets.
}
resumed = ▶️ <b>Trading.</b> New signals open trades again.
resumed-already = ▶️ New trades are not paused.
halted-ask = 🛑 Trading is <b>halted</b>. Start it again? A closing of everything that is not done ends with it.
halted-another = 🛑 <b>Nothing has changed:</b> you have stopped trading again since you asked, and that holds.
halted-yes = Yes, trade again
