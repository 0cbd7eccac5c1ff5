package letter_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ehlo/lessons/letter"
	"ehlo/lessons/locale/localetest"
)

const report = `From: MAILER-DAEMON@mx.example.net
Content-Type: multipart/mixed; boundary="x"

preamble
--x
Content-Type: multipart/alternative; boundary=y

--y
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

caf=E9
--y
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PGI+Y2Fmw6k8L2I+
--y--
--x
Content-Type: message/rfc822

Subject: inside
Content-Type: multipart/mixed; boundary=z

--z

one
--z
Content-Type: image/png; name=dot.png
Content-Disposition: attachment; filename="dot.png"
Content-Transfer-Encoding: x-strange

two
--z--
--x
Content-Type: message/rfc822

Subject: plain

three
--x--
`

func tree(p letter.Part, depth int, b *strings.Builder) {
	fmt.Fprintf(b, "%s%s %s", strings.Repeat(" ", depth), p.Number, p.Type)
	for _, word := range []string{p.Encoding, p.Charset, p.Name, strings.TrimSpace(p.Text)} {
		if word != "" {
			b.WriteString(" " + word)
		}
	}
	b.WriteByte('\n')
	for _, inner := range p.Parts {
		tree(inner, depth+1, b)
	}
}

func take(t *testing.T, message string) letter.Part {
	t.Helper()
	var p letter.Part
	if err := json.Unmarshal(letter.Call([]byte(strings.ReplaceAll(message, "\n", "\r\n")), localetest.English(t, "../..")), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTree(t *testing.T) {
	root := take(t, report)
	var b strings.Builder
	tree(root, 0, &b)
	const want = ` multipart/mixed
 1 multipart/alternative
  1.1 text/plain quoted-printable iso-8859-1 café
  1.2 text/html base64 utf-8 <b>café</b>
 2 message/rfc822
  2.1 text/plain us-ascii one
  2.2 image/png x-strange dot.png
 3 message/rfc822
  3.1 text/plain us-ascii three
`
	if got := b.String(); got != want {
		t.Errorf("the tree is\n%snot\n%s", got, want)
	}
	strange := root.Parts[1].Parts[1]
	if all := strings.Join(strange.About, " "); !strange.Attached || !strings.Contains(all, "x-strange") || !strings.Contains(all, "BODY[2.2]") || !strings.Contains(all, "a picture") {
		t.Errorf("the picture: %+v", strange)
	}
}

func TestPlainMessage(t *testing.T) {
	p := take(t, "Subject: x\n\n"+strings.Repeat("é", 4000))
	if p.Type != "text/plain" || len(p.Parts) != 0 || !p.Cut || p.Header != "Subject: x" || strings.ContainsRune(p.Text, '�') {
		t.Errorf("%.80q… %v %s", p.Text, p.Cut, p.Header)
	}
}

// Parts within parts end.
func TestDeepMessages(t *testing.T) {
	deep := strings.Repeat("Content-Type: message/rfc822\n\n", 500) + "end"
	depth := 0
	for p := take(t, deep); len(p.Parts) > 0; p = p.Parts[0] {
		depth++
	}
	if depth == 0 || depth > 100 {
		t.Errorf("%d parts lie within each other", depth)
	}
}
