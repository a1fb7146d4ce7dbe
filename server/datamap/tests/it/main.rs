//! The registry against the schema that the migrations really make.

mod schema;
