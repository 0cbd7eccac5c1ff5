module ehlo/test/clients

go 1.26.0
