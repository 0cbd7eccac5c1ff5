package browser

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"
)

// webServers are those that docs/deploy.md puts in front of ehlo, each with how its part of the page becomes a
// configuration that runs here.
var webServers = []struct {
	name, program string
	part          *regexp.Regexp // the configuration in docs/deploy.md
	changes       []string       // what stands there, and what it becomes
	around        string         // the file, with PART where the configuration goes
	args          []string
}{
	{"nginx", "nginx", regexp.MustCompile("(?s)## nginx\n\n```nginx\n(.*?)```"),
		[]string{"listen 443", "listen 127.0.0.1:PORT", "mail.example.org;", "mail.localhost;",
			"/etc/letsencrypt/live/mail.example.org/fullchain.pem", "DIR/cert.pem", "/etc/letsencrypt/live/mail.example.org/privkey.pem", "DIR/mail.example.test.key"},
		`worker_processes 1;
daemon off;
pid DIR/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path DIR/body;
    proxy_temp_path DIR/proxy;
    fastcgi_temp_path DIR/fastcgi;
    uwsgi_temp_path DIR/uwsgi;
    scgi_temp_path DIR/scgi;
PART}
`, []string{"-p", "DIR", "-e", "DIR/nginx.err", "-c", "DIR/config"}},
	{"Caddy", "caddy", regexp.MustCompile("(?s)## Caddy\n.*?```\n(.*?)```"),
		[]string{"mail.example.org {", "mail.localhost:PORT {\n    bind 127.0.0.1\n    tls DIR/cert.pem DIR/mail.example.test.key"},
		"{\n    admin off\n    auto_https off\n    skip_install_trust\n}\nPART", []string{"run", "--adapter", "caddyfile", "--config", "DIR/config"}},
}

// TestBehindAWebServer runs what docs/deploy.md says of nginx and Caddy: the page over TLS, the bridge through it, and who
// asks in the bridge's log.
func TestBehindAWebServer(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(root, "docs/deploy.md"))
	must(t, err)
	at := startLab(t)
	for _, web := range webServers {
		t.Run(web.name, func(t *testing.T) {
			program, err := exec.LookPath(web.program)
			if err != nil {
				program = "/usr/sbin/" + web.program
			}
			if _, err := os.Stat(program); err != nil {
				t.Fatalf("there is no %s: make test installs it, or apt-get install %s", web.program, web.program)
			}
			address := freeAddress(t)
			page := "https://mail.localhost:" + portOf(address)
			s := bridgeTo(t, fmt.Sprintf("origins = [%q]\n", page)+target("imap", at["imap"], "insecure = true"), "-bridge-proxy", "127.0.0.1")

			d := &debian{dir: t.TempDir()}
			d.ca = filepath.Join(d.dir, "ca.pem")
			d.certificate(t)
			must(t, os.Chmod(d.dir, 0o755))
			fill := strings.NewReplacer("DIR", d.dir, "PORT", portOf(address), "127.0.0.1:8025", strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/"))
			m := web.part.FindSubmatch(doc)
			if m == nil {
				t.Fatal("docs/deploy.md has no such part")
			}
			part := string(m[1])
			for i := 0; i < len(web.changes); i += 2 {
				if !strings.Contains(part, web.changes[i]) {
					t.Fatalf("docs/deploy.md has no %q", web.changes[i])
				}
			}
			part = fill.Replace(strings.NewReplacer(web.changes...).Replace(part))
			must(t, os.WriteFile(filepath.Join(d.dir, "config"), []byte(strings.ReplaceAll(fill.Replace(web.around), "PART", part)), 0o644))
			var args []string
			for _, a := range web.args {
				args = append(args, fill.Replace(a))
			}
			t.Setenv("XDG_DATA_HOME", d.dir)
			t.Setenv("XDG_CONFIG_HOME", d.dir)
			d.run(t, program, args...)
			d.await(t, address)

			p := newTab(t, nil)
			p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
				_, err := chromedp.Call(ctx, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
				return err
			}))
			s.Invite = page + "/" + s.Invite[strings.Index(s.Invite, "#"):]
			p.invited(s)
			if got := eval[string](p, `[isSecureContext, performance.getEntriesByType("navigation")[0].nextHopProtocol, location.origin].join(" ")`); got != "true h2 "+page {
				t.Errorf("the page is %s", got)
			}
			p.dialed(at["imap"], false)
			p.says("a1 LOGIN bob plover", "a1 OK")
			p.says("a2 LOGOUT", "a2 OK")
			p.until("the end is told", `document.getElementById("lines").textContent.includes("the server closed the connection")`)
			if got := d.encoding(t, page, address); got != "br" {
				t.Errorf("the page's scripts come as %q", got)
			}

			// A learner of another address, who only opens a socket, is known by that.
			d.knock(t, page, address, "127.0.0.9")
			log := filepath.Join(s.Dir, "audit")
			for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
				text, _ := os.ReadFile(log)
				if strings.Contains(string(text), `"end":"closed-by-server"`) && strings.Contains(string(text), `"client":"127.0.0.9"`) {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("written down is %s", text)
				}
			}
		})
	}
}

// encoding is how a script of the page comes to a client that takes brotli.
func (d *debian) encoding(t *testing.T, page, address string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: d.trust(t), DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}}}
	defer client.CloseIdleConnections()
	resp, err := client.Get(page)
	must(t, err)
	html, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	must(t, err)
	script := regexp.MustCompile(`src="([^"]+\.js)"`).FindSubmatch(html)
	if script == nil {
		t.Fatalf("the page has no script: %.300s", html)
	}
	r, err := http.NewRequest("GET", page+"/"+strings.TrimPrefix(string(script[1]), "/"), nil)
	must(t, err)
	r.Header.Set("Accept-Encoding", "br")
	resp, err = client.Do(r)
	must(t, err)
	resp.Body.Close()
	return resp.Header.Get("Content-Encoding")
}

// trust trusts the authority of this directory.
func (d *debian) trust(t *testing.T) *tls.Config {
	t.Helper()
	text, err := os.ReadFile(d.ca)
	must(t, err)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatal("the authority's certificate is none")
	}
	return &tls.Config{RootCAs: pool, ServerName: "mail.example.test"}
}

// knock opens a WebSocket from an address of this machine, says something without a ticket, and waits until it is hung up.
func (d *debian) knock(t *testing.T, page, address, from string) {
	t.Helper()
	raw, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).Dial("tcp", address)
	must(t, err)
	c := tls.Client(raw, d.trust(t))
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	_, err = fmt.Fprintf(c, "GET /bridge/v1/connect HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nX-Forwarded-For: 192.0.2.99\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ehlo.bridge.1\r\n\r\n", strings.TrimPrefix(page, "https://"), page)
	must(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	must(t, err)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("the WebSocket is answered by %s", resp.Status)
	}
	_, err = c.Write([]byte{0x81, 0x82, 0, 0, 0, 0, '{', '}'}) // text, of two octets, masked by zeros (RFC 6455 §5.2)
	must(t, err)
	_, _ = io.Copy(io.Discard, c)
}
