"""What a customer sees: one anonymous shell, then HTML fragments for whoever signed in.

Neither Telegram nor Zalo tells the server who opens the page: identity is in the address's
fragment. So every page address answers the same shell to a browser that navigates, and a
fragment to the shell's own requests, which carry `Authorization`.

    GET  /p/{program}/app[/…]       no Authorization: the shell (`render.shell`), `no-store`
    POST /p/{program}/app/start     Authorization: `tma <initData>`, `link <token>` or
                                    `Bearer <token>`; body {"start_param": "…"} or {}
                                    → home fragment, or welcome before registration, with
                                    X-Session-Token and X-Session-Expires (ISO 8601)

With `Authorization: Bearer <token>`, all answers through `render.answer`:

    GET  …/app                      HomeScreen (WelcomeScreen before registration)
    GET  …/app/earn                 EarnScreen
    GET  …/app/news                 NewsScreen
    GET  …/app/news/{id}            ArticleScreen, or GoneScreen with status 404
    GET  …/app/products             ProductsScreen
    GET  …/app/products/{id}        ProductScreen, or GoneScreen with status 404
    GET  …/app/invite               InviteScreen
    GET  …/app/history              HistoryScreen; `?filter=` all | earned | used | refunded |
                                    expired, `&cursor=`, `&month=YYYY-MM` (the month already
                                    begun above); header `HX-Target: more` asks for the
                                    continuation only (`part="more"`)
    GET  …/app/welcome              WelcomeScreen; `?declined=1` after "Not now"
    GET  …/app/history/{id}         EntryScreen, or GoneScreen with status 404
    GET  …/app/profile              ProfileScreen
    POST …/app/profile/birthday     form `birthday` → its part of the profile
    POST …/app/profile/language     form `locale` → ProfileScreen, X-Screen: /profile
    POST …/app/profile/notices      form `kind`, `wanted` yes | no → the switch of that kind
    GET  …/app/leave                LeaveScreen
    POST …/app/departure            form `word` → FarewellScreen, X-Screen: /leave
    GET  …/app/help                 HelpScreen
    GET  …/app/terms                TermsScreen
    GET  …/app/privacy              PrivacyScreen
    POST …/app/registration         form `terms_version` → HomeScreen with `gained` set
    POST …/app/actions/{action}     form `evidence` (may be absent) → ActionScreen: the part
                                    that acted, and the whole hero beside it, so that the
                                    balance, its worth and its expiry never disagree

Without a session, for a browser outside the chat:

    POST …/app/sign-in/code         CodeScreen with X-Code-Token; its person picks the number in
                                    the chat, then `Authorization: code <token>` signs in once
    GET  …/app/sign-in/telegram     to Telegram's own page, and back to …/app/sign-in/back

A launch may name a screen (`web.screens`): the answer to …/app/start then carries X-Screen, its
address below the app's, if it is there for this customer.

The shell also stands at every inner address, so that a reload comes back to its screen: it
signs in first and then fetches the address it stands at. `gained` is for registration only.

Every POST carries `Idempotency-Key`; a retry of the same tap repeats its key. A refusal is the
JSON of the error middleware, in the customer's language: the page shows its message.
401 makes the page sign in again once through `POST /p/{program}/api/v1/session`; 503 shows the
maintenance screen. A product is shared through `POST /p/{program}/api/v1/products/{id}/shares`,
whose answer adds `url`, `text` and `prepared_message_id` (null where the chat cannot prepare
messages) to the contract's `evidence`; after the chat says that the message was sent, the page
posts the evidence to `…/app/actions/first_product_share`.
"""
