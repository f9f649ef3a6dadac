module example.org/reader

go 1.23

require gopkg.in/validator.v2 v2.0.1

// The one dependency of a generated client, which no registry that tests may ask has: a package of that name stands in for it.
replace gopkg.in/validator.v2 => ./validator
