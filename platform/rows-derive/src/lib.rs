//! `#[derive(Row)]`: a struct is the row of a view, and its fields are the columns.
//!
//! For `struct TaskRow { id: SmolStr, #[row(flatten)] place: Place, due: Option<Instant> }` it makes
//!
//! - a constant of type `Column` for each field, named like it in capitals: `TaskRow::ID`, `TaskRow::DUE`. Their names are
//!   those of the fields in camel case, or what `#[row(name = "…")]` says;
//! - the trait `TaskRowColumns` with these constants, which a row that holds this one by `#[row(flatten)]` implements: with
//!   the trait in scope, columns of a flattened `Place` are constants of the row itself (`TaskRow::TENANT_ID`);
//! - `From<TaskRow> for Row`, for the projector that writes it;
//! - `TaskRow::read`, for who asks the view.
//!
//! `#[row(json)]` is for a field whose type has no column of its own: it is kept as the JSON that serde makes of it.
//! `#[row(view = PATH)]` on the struct adds `TaskRow::VIEW`, the name of its view.

use heck::ToLowerCamelCase as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Path, Type, parse_macro_input};

#[proc_macro_derive(Row, attributes(row))]
pub fn row(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// How a field is kept.
enum Kept {
    /// A column whose type is one of a column.
    Plain,
    /// A column that holds JSON.
    Json,
    /// Several columns: the fields of another row.
    Flat,
}

struct Column<'a> {
    field: &'a Ident,
    of: &'a Type,
    name: String,
    constant: Ident,
    kept: Kept,
    docs: Vec<&'a syn::Attribute>,
}

fn expand(input: &DeriveInput) -> Result<TokenStream, Error> {
    let row = &input.ident;
    let visibility = &input.vis;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(row, "a row is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(row, "a row has named fields"));
    };
    let columns = fields.named.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let view = view(input)?.map(|view| {
        quote! {
            /// The view whose rows these are.
            pub const VIEW: &'static str = #view;
        }
    });

    let own: Vec<_> = columns.iter().filter(|column| !matches!(column.kept, Kept::Flat)).collect();
    let constants = own.iter().map(|Column { constant, name, docs, .. }| {
        quote! { #(#docs)* pub const #constant: ::casewright_rows::Column = ::casewright_rows::Column::named(#name); }
    });
    let inherited = own.iter().map(|Column { constant, docs, .. }| {
        quote! { #(#docs)* const #constant: ::casewright_rows::Column = #row::#constant; }
    });
    let columns_of = format_ident!("{row}Columns");
    let flattened = columns.iter().filter(|column| matches!(column.kept, Kept::Flat));
    let flattened = flattened.map(|column| columns_trait(column.of)).collect::<Result<Vec<_>, _>>()?;
    let about = format!("The columns of [`{row}`], for rows that hold its fields among their own.");

    let capacity = own.len();
    let writes = columns.iter().map(write);
    let reads = columns.iter().map(read);
    Ok(quote! {
        impl #row {
            #view
            #(#constants)*

            /// The row in a document that a query gave, or that a projector made.
            ///
            /// # Errors
            /// A column is missing or holds a value of another type; it is named.
            #[allow(dead_code)]
            pub fn read(document: &::casewright_rows::Document) -> Result<Self, ::casewright_rows::RowError> {
                Ok(Self { #(#reads)* })
            }
        }

        #[doc = #about]
        #[allow(dead_code)]
        #visibility trait #columns_of {
            #(#inherited)*
        }

        #(impl #flattened for #row {})*

        impl ::casewright_rows::IntoRow for #row {
            fn write(self, row: &mut ::casewright_rows::Row) {
                row.reserve(#capacity);
                #(#writes)*
            }
        }

        impl From<#row> for ::casewright_rows::Row {
            fn from(fields: #row) -> Self {
                let mut row = Self::default();
                ::casewright_rows::IntoRow::write(fields, &mut row);
                row
            }
        }
    })
}

fn column(field: &syn::Field) -> Result<Column<'_>, Error> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "a column has a name"));
    };
    let bare = ident.to_string();
    let bare = bare.trim_start_matches("r#");
    let mut name = bare.to_lower_camel_case();
    let mut kept = Kept::Plain;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("json") {
                kept = Kept::Json;
            } else if meta.path.is_ident("flatten") {
                kept = Kept::Flat;
            } else if meta.path.is_ident("name") {
                name = meta.value()?.parse::<LitStr>()?.value();
            } else {
                return Err(meta.error("known are json, flatten and name = \"…\""));
            }
            Ok(())
        })?;
    }
    let constant = Ident::new(&bare.to_uppercase(), ident.span());
    let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
    Ok(Column { field: ident, of: &field.ty, name, constant, kept, docs })
}

/// What `#[row(view = …)]` says.
fn view(input: &DeriveInput) -> Result<Option<syn::Expr>, Error> {
    let mut view = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("view") {
                return Err(meta.error("known is view = NAME"));
            }
            view = Some(meta.value()?.parse::<syn::Expr>()?);
            Ok(())
        })?;
    }
    Ok(view)
}

/// `path::PlaceColumns` of `path::Place`.
fn columns_trait(of: &Type) -> Result<Path, Error> {
    let Type::Path(path) = of else {
        return Err(Error::new_spanned(of, "only another row can be flattened"));
    };
    let mut path = path.path.clone();
    let Some(last) = path.segments.last_mut() else {
        return Err(Error::new_spanned(of, "only another row can be flattened"));
    };
    last.ident = format_ident!("{}Columns", last.ident);
    Ok(path)
}

fn write(column: &Column<'_>) -> TokenStream {
    let Column { field, constant, .. } = column;
    match column.kept {
        Kept::Flat => quote! { ::casewright_rows::IntoRow::write(self.#field, row); },
        Kept::Plain => quote! { row.push(Self::#constant, ::casewright_rows::Cell::from(self.#field)); },
        Kept::Json => quote! { row.push(Self::#constant, ::casewright_rows::derived::json_cell(&self.#field)); },
    }
}

fn read(column: &Column<'_>) -> TokenStream {
    let Column { field, constant, of, .. } = column;
    match column.kept {
        Kept::Flat => quote! { #field: <#of>::read(document)?, },
        Kept::Plain => quote! { #field: ::casewright_rows::derived::column(document, Self::#constant)?, },
        Kept::Json => quote! { #field: ::casewright_rows::derived::json_column(document, Self::#constant)?, },
    }
}
