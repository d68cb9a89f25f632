package verify

import (
	"migrator/executor/ledger"
	"migrator/executor/rowcopy"
)

// Method is how something was compared.
type Method string

// The methods.
const (
	MethodFull        Method = "full"        // every row, with the digests taken during the copy
	MethodCount       Method = "count"       // the number of rows
	MethodIndependent Method = "independent" // every row, both sides read again
	MethodValue       Method = "value"       // a sequence's value
)

// Copied is what the ledger says about an address, its parts added up.
type Copied struct {
	Rows   int64
	Digest ledger.Digest
	// Kept counts rows left out because of conflict = "ignore", Before those that were there when the first part came.
	Kept, Before int64
}

// Result is what has been found about one table, sequence or batch of large objects.
type Result struct {
	// Address is that of the plan's action; of the first one for a table that several actions fill.
	Address string
	// Relation is the name in the destination, after the renames.
	Relation                    string
	RowsSource, RowsDestination int64
	Equal                       bool
	// Skipped says that nothing was compared; Message says why.
	Skipped bool
	Method  Method
	// Message is what there is to say beside the numbers, empty if there is nothing.
	Message string
	// Differences are at most MaxDifferences rows; Message counts all.
	Differences []RowDifference
}

// Options are for all functions. The zero value is fine.
type Options struct {
	// Throttle and Progress are as for copies.
	rowcopy.Options
}
