package content_test

// moreWays are other right ways, by lesson: see TestAlternatives.
var moreWays = map[string][]string{
	"04-order-of-commands": {
		`telnet mx.example.net 25
> rcpt to:<carla@example.net>
> HELO laptop
> data
> noop
> MAIL FROM:<alice@example.org>
> mail from:<carla@example.net>
> RCPT TO:<nobody@example.net>
> RCPT TO:<bob@example.net>
> DATA
> From: alice@example.org
> Subject: x
>
> y
> .
> QUIT`,
		// Each mistake in a connection of its own.
		`telnet mx.example.net 25
> RCPT TO:<bob@example.net>
cut
telnet mx.example.net 25
> EHLO laptop.example.org
> DATA
> QUIT
telnet mx.example.net 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> MAIL FROM:<alice@example.org>
> RSET
> MAIL FROM:<alice@example.org>
> RCPT TO:<bob@example.net>
> DATA
> Subject: x
>
> y
> .`,
	},
	"05-the-lonely-dot": {
		// Both in one message would need the subject Settings; here the tasks come in the other order.
		`telnet mx.example.net 25
> HELO laptop.example.org
> MAIL FROM:<>
> RCPT TO:<bob@example.net>
> DATA
> Subject: a
>
> ..
> ..
> The end
> .
> MAIL FROM:<alice@example.org>
> RCPT TO:<bob@example.net>
> DATA
> Subject: My settings
>
> a
> ..profile
> b
> .
> QUIT`,
	},
	"06-several-recipients": {
		`telnet mx.example.net 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<nobody@example.net>
> RCPT TO:<carla@example.net>
> RCPT TO:<bob@example.net>
> DATA
> Subject: x
>
> y
> .`,
	},
	"07-start-again": {
		`telnet mx.example.net 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<carla@example.net>
> RSET
> RSET
> MAIL FROM:<>
> RCPT TO:<bob@example.net>
> DATA
> Subject: x
>
> y
> .
> QUIT`,
	},
	"08-ask-for-extensions": {
		`telnet mx.example.net 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org> SIZE=20000000
> MAIL FROM:<alice@example.org> SIZE=300
> RSET
> HELO laptop.example.org
> mail from:<alice@example.org> size=300`,
	},
	"09-envelope-and-header": {
		`telnet mx.example.net 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<carla@example.net>
> RCPT TO:<bob@example.net>
> DATA
> To: Bob <bob@example.net>
> From: carla@example.net
> Subject: both at once
>
> y
> .
> QUIT`,
	},
	"10-mark-and-delete": {
		`telnet mx.example.net 110
> USER bob
> PASS plover
> DELE 2
> RETR 2
> STAT
> RSET
> LIST
> RETR 1
> RETR 2
> DELE 2
> QUIT
telnet mx.example.net 110
> USER bob
> PASS plover
> STAT
> LIST 2`,
	},
	"11-only-the-header": {
		`telnet mx.example.net 110
> USER bob
> PASS plover
> TOP 2 3
> UIDL
> UIDL 2
> RETR 1
> DELE 1
> QUIT
telnet mx.example.net 110
> USER bob
> PASS plover
> UIDL
> UIDL 1
> QUIT`,
	},
	"12-look-and-do-not-touch": {
		`telnet mx.example.net 143
> a LOGIN bob plover
> b EXAMINE inbox
> c FETCH 1:2 FLAGS
> d UID STORE 2 FLAGS (\Seen)
> e SELECT INBOX
> f FETCH 1:* (FLAGS BODY.PEEK[])
> g STORE 1 FLAGS ()
> h LOGOUT`,
	},
	"13-numbers-that-slide": {
		`telnet mx.example.net 143
> a LOGIN bob plover
> b SELECT INBOX
> c FETCH 1:* (FLAGS UID)
> d STORE 1 FLAGS (\Seen \Deleted)
> e EXPUNGE
> f FETCH 1 BODY.PEEK[HEADER]
> g LOGOUT`,
	},
}

// moreWrongWays are solutions that were changed, with the task that is not done then: see TestWrongWays.
var moreWrongWays = map[string]map[string]string{
	"04-order-of-commands": {
		"> RCPT TO:<bob@example.net>\n→> NOOP\n":     "early",
		"> EHLO laptop.example.org\n> DATA→> DATA":   "data",
		"> MAIL FROM:<alice@example.org>\n→> RSET\n": "nested",
		"> .→> ..": "deliver",
	},
	"05-the-lonely-dot": {
		"> ..profile→> .profile":      "profile",
		"> ..profile→> see ..profile": "profile",
		"> ..\n→> .\n":                "lonely",
		"> ..\n→> ...\n":              "lonely",
	},
	"06-several-recipients": {
		"> RCPT TO:<nobody@example.net>\n→":           "refused",
		"RCPT TO:<carla@example.net>→RSET":            "refused",
		"> DATA→> RSET":                               "both",
		"nobody@example.net→nobody@elsewhere.example": "refused",
	},
	"07-start-again": {
		"> RSET→> NOOP": "reset",
		"> RCPT TO:<bob@example.net>→> RCPT TO:<bob@example.net>\n> RCPT TO:<carla@example.net>": "right",
	},
	"08-ask-for-extensions": {
		"HELO→EHLO":                                 "helo",
		"> EHLO laptop.example.org\n→":              "too-big",
		"SIZE=20000000→SIZE=2000":                   "too-big",
		"# task: fits\n> MAIL→# task: fits\n> NOOP": "fits",
	},
	"09-envelope-and-header": {
		"To: bob@example.net→To: carla@example.net": "bcc",
		"> RCPT TO:<carla@example.net>\n→":          "bcc",
		"From: Carla <carla→From: Alice <alice":     "forged",
	},
	"10-mark-and-delete": {
		"> DELE 2\n> RETR 2→> RETR 2": "mark",
		"> RSET\n→":                   "take-back",
		"> QUIT→cut":                  "delete",
		"> LIST 2→> LIST 1":           "gone",
	},
	"11-only-the-header": {
		"> TOP 2 0→> RETR 2": "top",
		"> UIDL 2→> LIST 2":  "names",
		"> QUIT→cut":         "delete",
		"> UIDL 1→> LIST 1":  "same",
	},
	"12-look-and-do-not-touch": {
		"EXAMINE→SELECT":                "examine",
		"BODY.PEEK[TEXT]→BODY[TEXT]":    "peek",
		`STORE 1 -FLAGS→STORE 2 -FLAGS`: "unread",
	},
	"13-numbers-that-slide": {
		"FETCH 1:* (UID)→FETCH 1:* (FLAGS)": "uids",
		"> a5 EXPUNGE→> a5 NOOP":            "expunge",
		`STORE 1 +FLAGS→STORE 2 +FLAGS`:     "slid",
	},
}
