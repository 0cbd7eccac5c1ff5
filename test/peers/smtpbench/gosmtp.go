package main

import (
	"fmt"
	"io"
	"os"

	"github.com/emersion/go-smtp"
)

// serveGoSMTP runs go-smtp's server, which takes every message and drops it.
func serveGoSMTP(address string) {
	s := smtp.NewServer(backend{})
	s.Addr, s.Domain, s.MaxRecipients = address, "localhost", 100
	if err := s.ListenAndServe(); err != nil {
		fmt.Fprintf(os.Stderr, "go-smtp: %v\n", err)
		os.Exit(1)
	}
}

type backend struct{}

func (backend) NewSession(*smtp.Conn) (smtp.Session, error) { return session{}, nil }

type session struct{}

func (session) Mail(string, *smtp.MailOptions) error { return nil }
func (session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (session) Reset()                               {}
func (session) Logout() error                        { return nil }

func (session) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
