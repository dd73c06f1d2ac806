package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8 // 256 hashes in a tile
	width  = 1 << height
	// Up to here each earlier size and each way through the tiles is tried, in larger logs every so many.
	all = 1000
)

// folder is a log as tlog-tiles lays it out.
type folder string

// path is that of tlog-tiles: the library's own begins with the height, and calls entries data.
func (f folder) path(t tlog.Tile) string {
	ours := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
	ours = strings.Replace(ours, "data/", "entries/", 1)
	return filepath.Join(string(f), "tile", filepath.FromSlash(ours))
}

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for at, tile := range tiles {
		octets, err := os.ReadFile(f.path(tile))
		if err != nil {
			return nil, err
		}
		data[at] = octets
	}
	return data, nil
}

// stored are the hashes of a tree in the library's order.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d of %d", index, len(s))
		}
		hashes[at] = s[index]
	}
	return hashes, nil
}

func checkLog(path, vkey string) error {
	octets, err := os.ReadFile(filepath.Join(path, "checkpoint"))
	if err != nil {
		return err
	}
	opened, err := openNote(octets, vkey)
	if err != nil {
		return err
	}
	tree, err := parseCheckpoint(opened.Text, opened.Sigs[0].Name)
	if err != nil {
		return err
	}
	log := folder(path)
	hashes, err := readEntries(log, tree.N)
	if err != nil {
		return err
	}
	for _, check := range []func(folder, tlog.Tree, stored) error{checkRoot, checkTiles, checkInclusion, checkConsistency} {
		if err := check(log, tree, hashes); err != nil {
			return err
		}
	}
	return nil
}

func parseCheckpoint(text, signer string) (tree tlog.Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] != signer {
		return tree, fmt.Errorf("expected the checkpoint of %s, got %q", signer, text)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// readEntries makes the hashes of the whole tree from the entries alone.
func readEntries(log folder, size int64) (stored, error) {
	hashes := make(stored, 0, tlog.StoredHashCount(size))
	for n := int64(0); n*width < size; n++ {
		count := tileWidth(n, size)
		path := log.path(tlog.Tile{H: height, L: -1, N: n, W: count})
		bundle, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for at := n * width; at < n*width+int64(count); at++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s: entry %d is cut off", path, at)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			added, err := tlog.StoredHashes(at, bundle[2:end], hashes)
			if err != nil {
				return nil, err
			}
			hashes, bundle = append(hashes, added...), bundle[end:]
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s: %d octets after the last entry", path, len(bundle))
		}
	}
	return hashes, nil
}

func checkRoot(_ folder, tree tlog.Tree, hashes stored) error {
	root, err := tlog.TreeHash(tree.N, hashes)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("the entries have the root %v, the checkpoint %v", root, tree.Hash)
	}
	return err
}

// checkTiles compares each tile that tlog-tiles has for a log of this size.
func checkTiles(log folder, tree tlog.Tree, hashes stored) error {
	for level := 0; tree.N>>uint(height*level) > 0; level++ {
		total := tree.N >> uint(height*level)
		for n := int64(0); n*width < total; n++ {
			tile := tlog.Tile{H: height, L: level, N: n, W: tileWidth(n, total)}
			expected, err := tlog.ReadTileData(tile, hashes)
			if err != nil {
				return err
			}
			octets, err := os.ReadFile(log.path(tile))
			if err != nil {
				return err
			}
			if string(octets) != string(expected) {
				return fmt.Errorf("%s: not the hashes of its entries", log.path(tile))
			}
		}
	}
	return nil
}

func tileWidth(n, total int64) int {
	if left := total - n*width; left < width {
		return int(left)
	}
	return width
}

// checkInclusion proves each entry, and through authenticated tiles as many as is quick.
func checkInclusion(log folder, tree tlog.Tree, hashes stored) error {
	tiles := tlog.TileHashReader(tree, log)
	for at := int64(0); at < tree.N; at++ {
		leaf := hashes[tlog.StoredHashIndex(0, at)]
		readers := []tlog.HashReader{hashes}
		if at%(1+tree.N/all) == 0 || at == tree.N-1 {
			readers = append(readers, tiles)
		}
		for _, reader := range readers {
			proof, err := tlog.ProveRecord(tree.N, at, reader)
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, at, leaf); err != nil {
				return fmt.Errorf("entry %d: %w", at, err)
			}
		}
	}
	return nil
}

// checkConsistency proves by the tiles that earlier trees of these entries begin this one.
func checkConsistency(log folder, tree tlog.Tree, hashes stored) error {
	tiles := tlog.TileHashReader(tree, log)
	for old := int64(1); old <= tree.N; old += 1 + tree.N/all {
		root, err := tlog.TreeHash(old, hashes)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, old, tiles)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old, root); err != nil {
			return fmt.Errorf("from size %d: %w", old, err)
		}
	}
	return nil
}
