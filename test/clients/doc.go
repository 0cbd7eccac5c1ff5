// Package clients has real mail programs talk to `ehlo lab`: they send, log in, use TLS and STARTTLS, fetch, sync, delete and
// keep. A file for each program. The programs are Debian's, which `make test` installs; one that is missing fails its
// tests.
//
// A test begins with [Start], which runs a lab of its own on ports that are free, and looks at what came of it through the
// lab's interface for test suites.
package clients
