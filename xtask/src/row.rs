//! A table of figures, each beside its budget.

/// A figure with its unit and its budget.
pub struct Row {
    pub what: String,
    measured: f64,
    budget: Option<f64>,
    unit: &'static str,
    /// Whether the budget is a minimum. Otherwise it is a maximum.
    least: bool,
}

impl Row {
    pub fn new(what: &str, measured: f64, budget: Option<f64>, unit: &'static str) -> Self {
        Self { what: what.to_owned(), measured, budget, unit, least: false }
    }

    /// A figure whose budget is a minimum.
    pub fn at_least(what: &str, measured: f64, budget: f64, unit: &'static str) -> Self {
        Self { least: true, ..Self::new(what, measured, Some(budget), unit) }
    }

    /// Whether the figure keeps its budget. Always, if it has none.
    pub fn is_kept(&self) -> bool {
        self.budget.is_none_or(|budget| if self.least { self.measured >= budget } else { self.measured <= budget })
    }
}

/// The table's text: the headings and the rows, with the first column as wide as its longest text.
pub fn table(rows: &[Row]) -> String {
    let widest = rows.iter().map(|row| row.what.chars().count()).max().unwrap_or_default();
    let line = |what: &str, measured: &str, budget: &str, verdict: &str| {
        format!("{what:<widest$} | {measured:>12} | {budget:>12} |{verdict}\n")
    };
    let rows = rows.iter().map(|row| {
        let Row { what, measured, budget, unit, least } = row;
        let figure =
            |number: f64| if number < 2.0 { format!("{number:.2} {unit}") } else { format!("{number:.1} {unit}") };
        let verdict = match (budget, row.is_kept(), least) {
            (None, ..) => "",
            (_, true, _) => " within",
            (_, false, true) => " below",
            (_, false, false) => " over",
        };
        line(what, &figure(*measured), &budget.map(figure).unwrap_or_default(), verdict)
    });
    [line("what", "measured", "budget", "")].into_iter().chain(rows).collect()
}

#[test]
fn the_table_tells_which_budgets_are_kept() {
    let rows = [
        Row::new("page", 14.0, Some(14.0), "KB"),
        Row::new("memory", 64.1, Some(64.0), "MB"),
        Row::new("sign-ins", 90.0, None, "/s"),
        Row::at_least("share", 0.9, 0.95, ""),
    ];
    let expected = "what     |     measured |       budget |\n\
                    page     |      14.0 KB |      14.0 KB | within\n\
                    memory   |      64.1 MB |      64.0 MB | over\n\
                    sign-ins |      90.0 /s |              |\n\
                    share    |        0.90  |        0.95  | below\n";
    assert_eq!(table(&rows), expected);
}
