module ehlo/test/peers

go 1.26.0

require (
	ehlo v0.0.0-00010101000000-000000000000
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6
	github.com/xdg-go/scram v1.4.0
	github.com/xdg-go/stringprep v1.0.4
)

require golang.org/x/text v0.3.8 // indirect

replace ehlo => ../..
