// Package sasl is the part of logging in that SMTP's AUTH, POP3's AUTH and IMAP's AUTHENTICATE share: the mechanisms of
// the Simple Authentication and Security Layer (RFC 4422), for a server and for a client. They are PLAIN (RFC 4616),
// LOGIN (draft-murchison-sasl-login-00), CRAM-MD5 (RFC 2195) and SCRAM-SHA-256 without channel binding (RFC 5802,
// RFC 7677). The digest of POP3's APOP command (RFC 1939 §7) is here too, because it is made of the same parts.
//
// A mechanism takes and gives octets. How they travel (in base64, behind "334 " or "+ ", cancelled by "*") belongs to the
// protocol around it; [Decode], [Initial] and [Append] are the base64 that all three have in common.
//
// A [Server] and a [Client] are plain values: a copy goes on by itself. Neither knows a user, a clock or chance. A server
// asks its surroundings for the password of a user, and takes nonces where it is made:
//
//	server := sasl.NewServer(mechanism, sasl.Config{Nonce: sasl.Nonce(chance.Uint64(), chance.Uint64())})
//	r := server.Start(initial, given)
//	for r.Outcome == sasl.Challenge || r.Outcome == sasl.NeedSecret {
//		if r.Outcome == sasl.NeedSecret {
//			r = server.Answer(lookUp(r.Question))
//		} else {
//			r = server.Respond(exchange(r.Data)) // or Cancel
//		}
//	}
//	// r.Outcome is Accepted and r.Identity has logged in, or it is Refused and r.Reason says why, for the log.
//
// A name that nobody has is treated as a name with another password: the same challenges, the same work, the same
// refusal. What explains a message, [Explain], is the parser that the machines use.
//
// # Limits
//
// Names and passwords are prepared by SASLprep (RFC 4013) as far as [Prepare] goes: ASCII and the scripts that need no
// normalization. Beyond it, SCRAM-SHA-256 refuses, as RFC 5802 §2.2 asks; the other mechanisms compare the octets as they
// are. There is no channel binding and no security layer. LOGIN takes names of any length, and an initial response, as
// servers do; its draft allows 63 characters and none.
package sasl
