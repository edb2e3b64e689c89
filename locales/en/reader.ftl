# What the reader of signals stopped at.
detail-condition = it depends on something: “{ $value }”
detail-words = { $value } words in one post
missing-entry-price = the entry price
