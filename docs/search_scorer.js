// The order of what the search of the site finds: Sphinx's own points, but records of the work come last.
var Scorer = {
  score: ([page, , , , points]) => (/^(decisions|log|results|sources)/.test(page) ? points - 10 : points),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
