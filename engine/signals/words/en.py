"""English, with the short forms that every other language of the trade borrows."""

LABELS: dict[str, str] = {
    "buy": "buy|long|go long|buy long|long buy|buyy|byu",
    "hint_buy": "buying|bought|buys|longs|longing|purchase",
    "sell": "sell|short|go short|sell short|short sell|seel|selll|sel",
    "hint_sell": "selling|sold|sells|shorts|shorting",
    "bull": "bullish|upside",
    "bear": "bearish|downside",
    "rest": "trailing configuration",
    "term": (
        "mid term|midterm|medium term|long term|short term|longterm|shortterm|long run|as long as|so long|how long"
        "|before long|long time|short time|long position traders|short squeeze|long squeeze|sell off|selloff"
        "|buy back|long wick|short pullback"
    ),
    "entry": (
        "entry|entries|entry price|entry point|entry points|entry target|entry targets|entry level|entry levels"
        "|enter|enter at|enter price|price entry|market entry|open price|opening price|entered at"
        "|price we entered at|enter between|entry between|entry around|entry order|entry orders|entry price zone"
        "|entry prices|order price|execution price|at price|ent|enrty|etry|entry position|position entry|accumulate"
        "|entry trigger|trigger price|entry 1|entry 2|entry 3|entry 4|entry at|enter on|entry point at|fill price"
        "|my entry|entry is|entered|in at|buy in"
    ),
    "entry+zone": "entry zone|entry range|entry area|zone entry",
    "hint_buy+entry+zone": (
        "buy zone|buying zone|buy range|buy area|buying range|buy between|long zone|buy limit zone|accumulation zone"
    ),
    "hint_sell+entry+zone": (
        "sell zone|selling zone|sell range|sell area|selling range|sell between|short zone|sell limit zone"
    ),
    "entry?": "e|en|ep|et|price|op|at",
    "hint_buy+entry": "buy price|buy at|buy entry|long entry",
    "hint_sell+entry": "sell price|sell at|sell entry|short entry",
    "more": "more|add|dca|average|re add|averaging|top up|scale in|layer",
    "stop": (
        "sl|stop loss|stoploss|stop losses|stop|stops|stp|stop level|protective stop|safety stop loss|sl point"
        "|sl price|cut loss|cut losses|cutloss|invalidation|invalidation level|stop target|stop targets|stop price"
        "|hard stop|stoplost|stop lost|sl target|sl level|stop lose|stoplose|stop out|stop loss target"
        "|stop loss price|stop loss level|loss cut|losscut|stop los|sl set|stop limit loss|stop at|sl at|stops at"
        "|stop is|sl is|stop around|stoploss at|my stop|stop loss at|risk level|exit if below|exit if above"
        "|stop loss around|wrong below|wrong above|invalid below|invalid above"
    ),
    "stop?": "si|st|s|sp|td",
    "target": (
        "tp|tps|take profit|takeprofit|take profits|target|targets|tgt|tgts|targeting|tp point|take profit target"
        "|take profit targets|profit target|profit targets|target price|target prices|price target|price targets"
        "|goal|goals|objective|objectives|tp target|tp targets|take profit level|take profit levels|targat|tp level"
        "|exit target|exit targets|sell target|sell targets|take profit price|tagets|traget|tp set"
        "|take profit points|tp price|target point|target points|profit taking|trgt|take profit zone|exit price"
        "|take :|takes :|takes|tp at|target at|targets at|target is|tp is|take profit at|take profits at"
        "|looking for target|tp zone|final target|next target|first target|second target|third target|fourth target"
        "|taking profit|taking profits|taking profit at|taking profits at|1st target|2nd target|3rd target"
        "|target one|target two|target three|tp one|tp two|profit goal|exit at"
    ),
    "target?": "t|tg|tt|take",
    "exits": "exit|exits",
    "market": (
        "now|market|cmp|market price|instant|instant execution|immediately|at market|market order"
        "|current market price|right now|market execution|asap|market buy|market sell|nw|at current price"
        "|current price entry|instantly|market now|at cmp|current market|open now|running price|mkt|@market"
        "|at the market|on market"
    ),
    "limit": "limit|limit order|pending|pending order|limits",
    "stop_order": "stop order|stop entry",
    "buy+stop_order": "buy stop|buystop|buy stop order|long stop entry",
    "sell+stop_order": "sell stop|sellstop|sell stop order|short stop entry",
    "buy+stop": "buy stop loss",
    "sell+stop": "sell stop loss",
    "entry+market": "entry now|entry market|entry at market|enter now|entry cmp|entry price now|entry price market",
    "bad": "nan|inf|infinity|infinite|undefined|null",
    "entry+limit": "limit entry|entry limit|limit price|limit order price",
    "buy+limit": "buylimit|limit buy|long limit",
    "sell+limit": "selllimit|limit sell|short limit",
    "breakout": "breakout above|break above|breaks above|breakdown below|break below|breaks below",
    "buy+breakout": "buy above|long above",
    "sell+breakout": "sell below|short below",
    "zone": "zone|range|area|between|zones",
    "leverage": "leverage|lev|leverages|recommended leverage",
    "cross": "cross|crossed",
    "isolated": "isolated|iso",
    "pips": "pips|pip|points|point|pts|pipes|ticks",
    "percent": "percent|pct",
    "skip": (
        "risk reward|risk to reward|risk to reward ratio|risk reward ratio|reward|rr|r r|rrr|ratio|lot|lots"
        "|lot size|lotsize|support|resistance|current price|live price|last price|mark price|bid|ask|spread|date"
        "|time|id|signal id|signal no|signal number|no|number|account|deposit|balance|pnl|roi|volume|magic|ticket"
        "|order id|position id|money|capital|fib|ote|success rate|win rate|accuracy|high|low|previous low"
        "|previous high|duration|expiry|signal expiry time|expires|holding time|confidence|score|rsi|ema|ma|page"
        "|trailing stop|trailing|trail|trailing configuration|position size|qty|quantity|margin amount|step"
        "|potential|probability|distance|atr|macd|signal date|period|signal|part|day|week|strength|invest up to"
        "|vwap|poc|market cap|h4|size|breakeven|break even|be|24h volume|bal|q|current|price now|signal price now"
        "|trade no|trade id|order no|funding rate|open interest|strategy|spikes|spike|running price|open time"
        "|close time|signal time|valid till|valid until|trade number|lot is|winrate|follow up|reward ratio|max lot"
        "|rating|grade|session|atr stop"
    ),
    "outcome": "profit|gain|loss",
    "amount": "amount|invest|amount per trade|capital invested|portfolio|position size percent",
    "risk": "risk|risk management|rm|risk per trade|max risk|recommended risk",
    "none": "no sl|no stop|no stop loss|without sl|without stop loss|none|n/a|tba|tbd|nil|not set|no stoploss",
    "open": "open|hold|runner|moon|leave open|unlimited|keep open",
    "period": "timeframe|time frame|tf",
    "on_close": (
        "daily close|candle close|close above|close below|close under|closes below|closes above|closes under"
        "|candle closes|body close|daily candle close|hourly close|solid break|close over|weekly close|h4 close"
    ),
    "thousand": "k",
    "filler": (
        "from|to|the|a|an|of|on|for|and|or|in|with|is|this|your|our|my|price|around|near|about|please|guys|pls|by"
        "|set|pair|direction|type|action|side|instrument|symbol|coin|currency|forex|trade|free|vip|new|position"
        "|order|we|i|you|it|till|until|alert|small|only|quick|scalp|scalping|swing|intraday|spot|futures|perp"
        "|perpetual|swap|exchange|binance|bybit|okx|bingx|bitget|mexc|kucoin|layering|asset|ticker|opened|opening"
        "|all|go|lets|let's|me|am|are|im|i'm|doing|good|morning|strong|fast|tight|trade type|signal type|crypto"
        "|today|use|no|high|setup|risky|pair name|off|into|long/short|proper|daily|idea|usd|commodity|metal|index"
        "|indices|again|up|then|&|straight|simply|gently|light|lightly|carefully|quickly|fresh|active"
        "|futures signal|spot signal|he|she|its|it's|has|have|here|there|so|but|at|traders|team|fam|family|everyone"
        "|friends|hello|hi|non farm"
    ),
    "hit": "close price|closed price|long update|short update|buy update|sell update",
    "satoshi": "satoshi|satoshis|sats",
}

TALK: dict[str, str] = {
    "intent": (
        "i'm long|i am long|we are long|we're long|i'm short|i am short|we are short|already|still holding|will"
        "|going to|gonna|i'll|we'll|plan to|planning|expect|expecting"
    ),
    "hit": (
        "hit|yesterday|signal was|last week|last night|earlier today|taken|hits|reached|achieved|smashed|done"
        "|completed|filled|triggered|activated|touched|secured|booked|collected|banked|hitted|stopped out|result"
        "|results|recap|summary|report|performance|congratulations|congrats|well done|boom|executed|crushed|hitting"
        "|gained|earned|printed|bagged|in profit|closed|closed at|running|rocking|flying|moving well|floating"
        "|pips profit|pips done|so far|profit booked|running in profit|in the money|congratulation|was hit|got hit"
        "|destroyed|nailed|profits made|cashed|example|sample|example of|past signal|last signal|was at|were at"
        "|called it|caught|we bought|we sold"
    ),
    "cond": (
        "if|when|once|unless|in case|wait|waiting|wait for|watch|watching|should|could|might|may|would|possible"
        "|looking for|provided|whenever|if you|only if|looking to|keep an eye|or not"
    ),
    "negation": (
        "don't|dont|do not|not|never|avoid|stay away|no trade|doesn't|didn't|isn't|cannot|can't|won't|without"
        "|no more|no entry|no need"
    ),
    "future": (
        "soon|next|upcoming|get ready|be ready|tomorrow|later|coming|prepare|let you know|always|usually|remember"
        "|rule|rules|every trade|each trade|in general"
    ),
    "ask": "what|why|how|who|which|where|can i|can we|is it|are you|did you|do you|does|should i|should we|anyone",
}

ORDERS: dict[str, str] = {
    "close?": "close|closing|exit|exiting|cut this|cut it|close at|flatten|liquidate",
    "close": (
        "get out|out of this trade|out of the trade|i'm out|im out|close out|close position|cut the trade"
        "|exit trade|exit now|close now|out now|close all|take profit now|close manually|close here|get out now"
        "|get out of|bail out|getting out|i am out|i'm flat|go flat|out of here|should be closed now|must be closed"
        "|should be closed|please close"
    ),
    "part": (
        "partial|partials|partially|some|part|first entries|first entry|first layer|first layers|first position"
        "|first positions|one position|few|portion|some profit|some profits|partial profit|partial profits|layers"
        "|worst entries|worst entry|high entries|lower layers|first"
    ),
    "take_part": (
        "partial book|partial profit book|partial loss book|partial profit booking|partial booking|book partial"
        "|book partials|book partial profit|take partial|take partials|take partial profit|take partial profits"
        "|taking partials|taking partial profits|partial close|secure partials|partial in|secure partial|trim"
        "|reduce position|reduce size|reduce your|scale out|take some profit|take some profits|partials now"
        "|secure some profit|secure some profits|close partial|close partials|close partially|take out|close some"
        "|take some off|bank some|lock some profit|lock partial|lock partials|partial tp|bank partials|scaling out"
        "|reduce the position"
    ),
    "book": "book|booking|bank|take|taking|secure profit on",
    "half": "half|1/2|a half",
    "quarter": "quarter|1/4|a quarter",
    "third": "1/3|one third|a third of|a third here|a third now",
    "most": "2/3|two thirds|3/4|three quarters",
    "all": "all|everything|full|fully|completely|whole|both|entire",
    "rest": "rest|remaining|remainder|leftover",
    "hold": "hold|keep",
    "move": (
        "move|moving|set|setting|adjust|adjusting|change|changing|shift|put|place|raise|bring|make|making|new|lock"
        "|drag|pull|tighten|keep|push|use|reset|trail|lower|placing|lock in|now at|shifting|trailing|protect"
    ),
    "stop": "sl|stop loss|stoploss|stop|stops|stop losses|stp|sls",
    "target": "tp|tps|take profit|takeprofit|target|targets|take profits",
    "be": (
        "be|b.e|breakeven|break even|entry|entry point|entry price|cost|bep|entry level|be point|entries|break-even"
        "|your entry|opening price|open price"
    ),
    "risk_free": (
        "risk free|riskfree|0 risk|0% risk|zero risk|risk-free|free risk|0 % risk|zero loss|set breakeven|set be"
        "|set to be|set breakeven now|secure at breakeven|move to breakeven|move to be|to breakeven"
        "|set at breakeven|secure be|put be|breakeven now|secure breakeven|go breakeven|set it to be|set your be"
        "|set to breakeven|at breakeven now|secure entry|protect entry|lock be|sl be|sl at be|sl to be|sl entry"
        "|stop be|stops to be|make it risk free|make risk free|move be|secure at be"
    ),
    "cancel": (
        "cancel|cancelled|canceled|cancelling|delete|remove|void|scrap|ignore|deleted|invalid|cancel all|removing"
        "|canceling|kill|cancell"
    ),
    "cancel+pending": (
        "ignore last signal|ignore the last signal|cancel last signal|cancel the last signal|delete last signal"
        "|delete the last signal|ignore the previous signal|ignore previous signal"
    ),
    "pending": (
        "pending|pendings|limit|limits|order|orders|signal|trade|setup|entry|it|this|all|limit order|limit orders"
        "|pending order|pending orders|previous signal|the signal"
    ),
    "move+book": "secure",
    "move+modify": "update|modify|edit|updated",
    "modify": (
        "modified|correction|corrected|adjustment|position update|amended|revised|trade update|signal update"
        "|update signal|changed to"
    ),
    "reenter": "re enter|reenter|re entry|reentry|enter again|re-enter|re-entry|reentering",
    "trade": "trade|trades|position|positions|it|here|this|them|deal|deals|now|manually|order|orders",
    "word": (
        "close price|closing time|close time"
        "|close to|closing price|closed to|daily close|candle close|closely|close above|close below|closes"
        "|closing bell|close look|closing soon|stop by|stop being|entry signal|new members|close friends"
    ),
    "filler": (
        "i'm|im|we're|if you have|if you are in|if you are still|if you're in|for those|if you're still|if still"
        "|if you still|whoever|those who|at|from|to|the|a|an|of|on|for|your|our|my|please|guys|pls|we|i|you|now|is"
        "|am|are|in|with|price|around|near|point|level|that"
    ),
    "percent": "percent|pct",
    "take_part+half": (
        "half off|take half off|half out|close half|close 1/2|half close|take half|bank half|secure half|cut half"
    ),
}
