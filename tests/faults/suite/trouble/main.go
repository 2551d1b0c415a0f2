// SPDX-License-Identifier: Apache-2.0

// trouble stands between a client and a server and behaves badly. usage: trouble ADDRESS MODE [ARGUMENT...]
//
//	silent          takes connections and says nothing
//	reset           takes the client's first bytes, then resets the connection
//	close           the same, with an orderly end
//	status N TEXT   answers every HTTP request with that status
//	slow HOST:PORT  passes on to HOST:PORT, the answers after ten seconds
//	nxdomain, servfail   a name server that answers so
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	address, mode := os.Args[1], os.Args[2]
	switch mode {
	case "nxdomain", "servfail":
		serveNames(address, mode)
	case "status":
		code, err := strconv.Atoi(os.Args[3])
		exitOn(err)
		exitOn(http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			fmt.Fprint(w, os.Args[4])
		})))
	default:
		listener, err := net.Listen("tcp", address)
		exitOn(err)
		for {
			connection, err := listener.Accept()
			exitOn(err)
			go serve(connection.(*net.TCPConn), mode)
		}
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "trouble:", err)
		os.Exit(1)
	}
}

func serve(connection *net.TCPConn, mode string) {
	switch mode {
	case "silent":
		_, _ = io.Copy(io.Discard, connection)
	case "reset", "close":
		_, _ = connection.Read(make([]byte, 4096))
		if mode == "reset" {
			_ = connection.SetLinger(0)
		}
	case "slow":
		server, err := net.Dial("tcp", os.Args[3])
		exitOn(err)
		go func() { _, _ = io.Copy(server, connection) }()
		// The handshake passes at once; what the server says later is held back.
		_, _ = io.CopyN(connection, server, 2048)
		time.Sleep(10 * time.Second)
		_, _ = io.Copy(connection, server)
	}
	_ = connection.Close()
}

// serveNames answers each question with its own header and a code: 3 is "no such name", 2 "the server failed".
func serveNames(address, mode string) {
	socket, err := net.ListenPacket("udp", address)
	exitOn(err)
	code := map[string]byte{"nxdomain": 3, "servfail": 2}[mode]
	question := make([]byte, 1500)
	for {
		size, client, err := socket.ReadFrom(question)
		exitOn(err)
		if size < 12 {
			continue
		}
		question[2], question[3] = question[2]|0x84, 0x80|code
		// Only the question is repeated: an additional record of the client is left out.
		question[11] = 0
		end := 12
		for end < size && question[end] != 0 {
			end += int(question[end]) + 1
		}
		_, _ = socket.WriteTo(question[:min(end+5, size)], client)
	}
}
