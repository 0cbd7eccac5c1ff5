package content_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/sim/script"
)

// subjects are what the first chapters of the course teach, each with a lesson that does.
var subjects = map[string]string{
	"a mailbox is a file": "a-mailbox-is-a-file", "the @ between hosts": "between-two-hosts", "who speaks what, on which ports": "the-map",

	"the first message": "first-message", "reply codes": "reply-codes", "order and 503": "order-of-commands", "the lonely dot": "the-lonely-dot",
	"several recipients": "several-recipients", "RSET": "start-again", "NOOP and HELP": "noop-and-help", "VRFY and EXPN": "vrfy-and-expn",
	"EHLO and SIZE": "ask-for-extensions", "8BITMIME": "eight-bits", "PIPELINING": "pipelining", "ENHANCEDSTATUSCODES": "enhanced-status-codes",
	"DSN": "ask-for-a-receipt", "CHUNKING": "chunks", "Bcc and forging": "envelope-and-header", "submission": "submission",
	"port 465": "tls-from-the-first-octet", "STARTTLS": "starttls", "stripping": "the-missing-offer", "AUTH and base64": "reading-base64", "CRAM-MD5 and SCRAM": "prove-it", "open relay": "open-relay",

	"header fields and folding": "header-fields", "MIME parts": "mime-parts", "base64 and quoted-printable": "other-letters", "Received read backwards": "received-backwards",

	"MX records": "where-does-it-go", "null MX": "no-mail-here", "store and forward": "the-queue", "five days": "five-days", "greylisting": "not-now",
	"a bounce": "reading-a-bounce", "the empty reverse-path": "the-empty-reverse-path", "backup MX": "backup-mx", "ETRN": "collect-by-etrn",
	"a loop": "round-and-round", "aliases and .forward": "aliases-and-forward", "catch-all": "catch-all", "mailing lists": "lists-and-owners",
	"Sendmail and Postfix": "other-words", "the mail log": "reading-the-mail-log", "mbox and Maildir": "what-lies-on-the-disk",

	"POP3's states": "three-states", "USER, PASS, STAT, LIST, RETR": "fetch-by-pop3", "DELE, RSET, QUIT": "mark-and-delete", "a cut line": "a-cut-line",
	"TOP and UIDL": "only-the-header", "two equal messages": "two-equal-messages", "office and home": "two-computers", "the lock": "the-lock",
	"an eavesdropper": "who-could-read-it", "wrong name, wrong password": "alike", "APOP": "apop", "AUTH and falling back": "fall-back",
	"CAPA and STLS": "what-can-you-do", "port 995": "port-995", "fetchmail": "fetchmail", "keep, flush, all": "keep-and-flush", "multidrop": "one-mailbox-for-all",
	"the keeper": "the-keeper", "POP2": "pop2", "RPOP": "rpop", "KPOP": "kpop", "inetd": "inetd", "popauth": "popauth", "fetchmailconf": "fetchmailconf", "stunnel": "stunnel",

	"tags": "tags", "IMAP's states": "four-states", "LOGINDISABLED": "login-disabled", "port 993": "port-993", "AUTHENTICATE": "authenticate",
	"LIST, SELECT": "read-by-imap", "EXAMINE, BODY.PEEK": "look-and-do-not-touch", "FETCH what you need": "only-what-you-need", "octets against POP3": "count-the-octets",
	"BODYSTRUCTURE, partial": "parts-of-a-message", "STORE": "flags-and-keywords", "EXPUNGE slides": "numbers-that-slide", "UIDVALIDITY": "uidvalidity",
	"CREATE, RENAME, DELETE": "mailboxes", "modified UTF-7": "names-in-modified-utf-7", "APPEND and literals": "append-and-literals", "SEARCH": "search",
	"SORT": "sort", "THREAD": "thread", "COPY and MOVE": "copy-and-move", "two clients": "two-clients", "IDLE": "idle", "CONDSTORE": "what-has-changed",
	"QRESYNC": "vanished", "QUOTA": "quota", "ACL": "let-others-in", "NAMESPACE": "namespace", "POP or IMAP": "pop-or-imap",
}

// all are the lessons that come with ehlo.
func all(t *testing.T) map[string]*lessons.Lesson {
	t.Helper()
	byID := map[string]*lessons.Lesson{}
	for _, folder := range content.Folders("en") {
		l, err := content.Lesson("en", folder)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := lessons.CutSeed(l.ID)
		byID[id] = l
	}
	return byID
}

// TestCourse: the first chapters are there, the short ways lead through lessons that exist, and there is something for everybody.
func TestCourse(t *testing.T) {
	course := all(t)
	for subject, id := range subjects {
		if course[id] == nil {
			t.Errorf("nothing teaches %q: no lesson is called %s", subject, id)
		}
	}
	minutes, count, kinds := map[int]int{}, map[int]int{}, map[string]int{}
	for _, l := range course {
		kinds[l.Kind]++
		for _, periods := range l.Routes {
			minutes[periods] += l.Minutes
			count[periods]++
		}
	}
	for periods, m := range minutes {
		if most := 45 * periods; m > most-10 { // ten minutes of a period are spare
			t.Errorf("the way of %d periods takes %d minutes", periods, m)
		}
	}
	if len(course) < 68 || len(count) != 2 || count[1] != 3 || count[4] <= 3 || kinds[lessons.Challenge] < 4 {
		t.Errorf("%d lessons, ways %v, kinds %v", len(course), count, kinds)
	}
	for _, kind := range []string{lessons.Guided, lessons.Exploration, lessons.Debugging, lessons.Server, lessons.Challenge, lessons.Practice} {
		if kinds[kind] == 0 {
			t.Errorf("no lesson is of the kind %s", kind)
		}
	}
}

var (
	cited   = regexp.MustCompile(`RFC [0-9]+ §|\]\(\?lesson=`)
	history = regexp.MustCompile(`\b(1[89]|20)[0-9]{2}\b`)
	notes   = regexp.MustCompile(`(?ms)^::: teacher\n.{40,}?\n:::$`)
)

// TestTexts: a lesson says where the protocol says so, or of which year it tells; and it has a word for its teacher.
func TestTexts(t *testing.T) {
	for id, l := range all(t) {
		text := l.Text.Markdown
		for _, task := range l.Tasks {
			if task.Predict != nil {
				text += task.Predict.Why.Markdown
			}
		}
		if !cited.MatchString(text) && !history.MatchString(text) {
			t.Errorf("%s cites no section of an RFC, and tells of no year", id)
		}
		if !notes.MatchString(l.Text.Markdown) {
			t.Errorf("%s has no note for the teacher", id)
		}
		if l.Kind != lessons.Challenge && l.Kind != lessons.Exploration && !slices.ContainsFunc(l.Tasks, func(task lessons.Task) bool { return len(task.Hints) > 0 }) {
			t.Errorf("%s has no hints", id)
		}
	}
}

// TestFirstLesson ends in the mail program.
func TestFirstLesson(t *testing.T) {
	l, err := content.Lesson("en", content.Folders("en")[0])
	if err != nil {
		t.Fatal(err)
	}
	if l.ID != "first-message" {
		t.Fatalf("the first lesson is %s", l.ID)
	}
	last := l.Tasks[len(l.Tasks)-1]
	s, err := script.Parse("first", []byte(l.Solution.For(last.ID)))
	if err != nil || len(s.Steps) == 0 || !strings.HasPrefix(l.Solution.For(last.ID), "mail ") {
		t.Errorf("its last task is done by %q (%v)", l.Solution.For(last.ID), err)
	}
}
