// A peer that checks our log with other people's code: golang.org/x/mod/sumdb, which go.sum's database is made with.
//
//	peer log FOLDER VKEY     a whole log: checkpoint, tiles, entry bundles, inclusion of each entry, consistency
//	peer proofs              proofs on standard input, a line each
//	peer sign SKEY           the text on standard input as a signed note
//	peer open VKEY           the note on standard input; its text comes out
//
// It prints OK, or what is wrong and ends with 1. It builds with GOPATH alone, so that Debian's package of the library does.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("FAULT:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 3 && arguments[0] == "log":
		return said(checkLog(arguments[1], arguments[2]))
	case len(arguments) == 1 && arguments[0] == "proofs":
		return said(checkProofs(os.Stdin))
	case len(arguments) == 2 && arguments[0] == "sign":
		return sign(arguments[1])
	case len(arguments) == 2 && arguments[0] == "open":
		return open(arguments[1])
	}
	return fmt.Errorf("expected log, proofs, sign or open, got %q", arguments)
}

func said(err error) error {
	if err == nil {
		fmt.Println("OK")
	}
	return err
}

func sign(skey string) error {
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(signed)
	return err
}

func open(vkey string) error {
	octets, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	opened, err := openNote(octets, vkey)
	if err != nil {
		return err
	}
	_, err = os.Stdout.WriteString(opened.Text)
	return err
}

func openNote(octets []byte, vkey string) (*note.Note, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	return note.Open(octets, note.VerifierList(verifier))
}

// checkProofs reads `inclusion INDEX SIZE ROOT LEAF HASH...` and `consistency OLD SIZE OLDROOT ROOT HASH...`.
func checkProofs(lines io.Reader) error {
	scanner := bufio.NewScanner(lines)
	count := 0
	for ; scanner.Scan(); count++ {
		if err := checkProof(strings.Fields(scanner.Text())); err != nil {
			return fmt.Errorf("%s: %w", scanner.Text(), err)
		}
	}
	if count == 0 {
		return fmt.Errorf("expected proofs, got none")
	}
	return scanner.Err()
}

func checkProof(words []string) error {
	if len(words) < 5 {
		return fmt.Errorf("expected at least five words")
	}
	first, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil {
		return err
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return err
	}
	hashes := make([]tlog.Hash, len(words)-3)
	for at, word := range words[3:] {
		if hashes[at], err = tlog.ParseHash(word); err != nil {
			return err
		}
	}
	if words[0] == "inclusion" {
		return tlog.CheckRecord(hashes[2:], size, hashes[0], first, hashes[1])
	}
	return tlog.CheckTree(hashes[2:], size, hashes[1], first, hashes[0])
}
