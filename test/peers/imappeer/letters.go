package imappeer

import (
	"fmt"
	"strings"
	"time"
)

// Letters makes n messages of about two kilobytes, an hour apart, all alike but for names, subjects and dates. All but
// the last ten are read.
func Letters(n int) []Message {
	start := time.Date(2026, 9, 21, 14, 0, 0, 0, time.UTC).Add(-time.Duration(n) * time.Hour)
	body := strings.Repeat("The quick brown fox jumps over the lazy dog, and nobody minds.\r\n", 24)
	messages := make([]Message, n)
	for i := range messages {
		date := start.Add(time.Duration(i) * time.Hour)
		m := &messages[i]
		m.Date = date
		if i < n-10 {
			m.Flags = `\Seen`
		}
		m.Content = fmt.Appendf(nil, "Return-Path: <person%[1]d@example.org>\r\n"+
			"Received: from laptop.example.org (laptop.example.org [192.0.2.7])\r\n\tby mx.example.net with ESMTP id %[2]d;\r\n\t%[3]s\r\n"+
			"From: Person %[1]d <person%[1]d@example.org>\r\nTo: Bob <bob@example.net>, carla@example.net\r\n"+
			"Subject: Letter number %[2]d about boats\r\nDate: %[3]s\r\nMessage-ID: <%[2]d@example.org>\r\nMIME-Version: 1.0\r\n"+
			"Content-Type: text/plain; charset=utf-8\r\n\r\n%[4]s", i%97, i, date.Format(time.RFC1123Z), body)
	}
	return messages
}
