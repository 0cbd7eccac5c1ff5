package dial_test

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"ehlo/cmd/internal/dial"
	"ehlo/cmd/internal/lab"
	"ehlo/cmd/internal/reading"
	"ehlo/lessons/locale/localetest"
)

// run dials and returns what is printed.
func run(t *testing.T, o dial.Options, input string) (string, error) {
	t.Helper()
	var out strings.Builder
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := dial.Run(ctx, o, strings.NewReader(input), reading.NewPrinter(&out, localetest.English(t, "../../..")))
	return out.String(), err
}

func wantRows(t *testing.T, out string, rows ...string) {
	t.Helper()
	rest := out
	for _, row := range rows {
		i := strings.Index(rest, row)
		if i < 0 {
			t.Fatalf("%q is not there, or not in its order:\n%s", row, out)
		}
		rest = rest[i+len(row):]
	}
}

func TestALetterFromAScript(t *testing.T) {
	l, err := lab.Start(lab.Options{Services: []lab.Service{
		{Name: "smtp", Address: "127.0.0.1:0"}, {Name: "imap", Address: "127.0.0.1:0"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	out, err := run(t, dial.Options{Address: l.Services()[0].Address, Protocol: "smtp", Script: true},
		"EHLO laptop.example.org\nMAIL FROM: <eve@example.org>\nMAIL FROM:<eve@example.org>\nRCPT TO:<bob@example.test>\nDATA\nSubject: x\n\n250 is no reply here\n.\nQUIT\n")
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, out, "S: 220 ", "C: MAIL FROM: <eve", "repair: MAIL FROM:<eve@example.org>", "S: 501", "S: 250 2.1.0", "S: 354",
		"C: 250 is no reply here", "C: .", "S: 250", "C: QUIT", "S: 221", "# the server has closed the connection")
	out, err = run(t, dial.Options{Address: l.Services()[1].Address, Protocol: "imap", Script: true},
		"a1 LOGIN bob {6}\nplover\na2 SELECT INBOX\na3 FETCH 1 BODY.PEEK[TEXT]\na4 LOGOUT")
	if err != nil {
		t.Fatal(err)
	}
	wantRows(t, out, "S: + ", "S: a1 OK", "S: * 1 EXISTS", "250 is no reply here", "S: a3 OK", "S: * BYE", "S: a4 OK")
}

// certificate makes one for a name, signed by itself.
func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, pool
}

// serve answers one client: STARTTLS is agreed to, and everything else is repeated with 250 before it.
func serve(t *testing.T, cert tls.Certificate) (address string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		_, _ = io.WriteString(conn, "220 test\r\n")
		for lines := bufio.NewReader(conn); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if strings.TrimSpace(line) != "STARTTLS" {
				_, _ = io.WriteString(conn, "250 "+line)
				continue
			}
			_, _ = io.WriteString(conn, "220 go on\r\n")
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}})
			lines.Reset(conn)
		}
	}()
	return ln.Addr().String()
}

func TestStartTLS(t *testing.T) {
	cert, roots := certificate(t, "mail.example.test")
	const input = "EHLO laptop.example.org\nSTARTTLS\nEHLO inside\n"
	for _, c := range []struct {
		name  string
		o     dial.Options
		fault string // in the error
		rows  []string
	}{
		{"trusted", dial.Options{Name: "mail.example.test", Roots: roots}, "",
			[]string{"certificate 1: CN=mail.example.test for mail.example.test", "# TLS 1.3", "S: 250 EHLO inside"}},
		{"another name", dial.Options{Name: "mx.example.test", Roots: roots}, "certificate", []string{"certificate 1: "}},
		{"another authority", dial.Options{Name: "mail.example.test", Roots: x509.NewCertPool()}, "unknown authority", nil},
		{"all the same", dial.Options{Name: "mx.example.test", Roots: roots, Insecure: true}, "",
			[]string{"# TLS 1.3", "# not verified: ", "S: 250 EHLO inside"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Address, c.o.Protocol, c.o.Script = serve(t, cert), "smtp", true
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			// The input stays open until the server has said what is waited for.
			in, typing := io.Pipe()
			var out strings.Builder
			go func() {
				_, _ = io.WriteString(typing, input)
				time.AfterFunc(time.Second, cancel)
			}()
			err := dial.Run(ctx, c.o, in, reading.NewPrinter(&out, localetest.English(t, "../../..")))
			if c.fault == "" && err != nil || c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
				t.Fatalf("%v, want %q\n%s", err, c.fault, out.String())
			}
			wantRows(t, out.String(), c.rows...)
			if c.fault != "" && strings.Contains(out.String(), "EHLO inside") {
				t.Errorf("it went on without trust:\n%s", out.String())
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	_ = ln.Close()
	if _, err := run(t, dial.Options{Address: address, Protocol: "smtp"}, ""); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}
