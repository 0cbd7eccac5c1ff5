package lab

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// sockets are two ends of a connection, the first of which is a [socket].
func sockets(t *testing.T) (*socket, *net.TCPConn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	s := socketOf(server)
	if s == nil {
		t.Fatal("a connection of TCP became no socket")
	}
	t.Cleanup(func() { s.Close(); client.Close() })
	return s, client.(*net.TCPConn)
}

// A socket carries what is written, however little the other end takes at a time, and ends where that ends.
func TestSocket(t *testing.T) {
	s, client := sockets(t)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	go func() {
		_, _ = io.Copy(client, client) // what does not come back is missed below
		_ = client.CloseWrite()
	}()
	failed := make(chan error, 1)
	go func() {
		_, err := s.Write(sent)
		failed <- errors.Join(err, s.CloseWrite())
	}()
	got, err := io.ReadAll(s)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d octets came back of %d, %v", len(got), len(sent), err)
	}
	if err := <-failed; err != nil {
		t.Error(err)
	}
}

// Reading ends at its deadline, looking at once; both say what a connection says whose other end broke off, and what one
// says that is closed.
func TestSocketErrors(t *testing.T) {
	s, client := sockets(t)
	buf := make([]byte, 10)
	if n, ok := s.look(buf); n != 0 || !ok {
		t.Errorf("nothing came, and looking found %d octets, %v", n, ok)
	}
	if err := s.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Read(buf); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("at the deadline: %d octets, %v", n, err)
	}
	if n, ok := s.look(buf); n != 0 || ok {
		t.Errorf("behind the deadline: looking found %d octets, %v", n, ok)
	}
	if err := errors.Join(s.SetReadDeadline(time.Time{}), client.SetLinger(0), client.Close()); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Read(buf); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the other end broke off: %d octets, %v", n, err)
	}
	if n, err := s.Write(buf); n != 0 || !errors.Is(err, syscall.EPIPE) {
		t.Errorf("writing to nobody: %d octets, %v", n, err)
	}
	s.Close()
	if _, err := s.Read(buf); !errors.Is(err, net.ErrClosed) {
		t.Errorf("reading what is closed: %v", err)
	}
	if _, err := s.Write(buf); !errors.Is(err, net.ErrClosed) {
		t.Errorf("writing to what is closed: %v", err)
	}
}
