const AGGREGATES = new Set(
  `sum count count_if countif max min avg mean median mode any_value first last array_agg array_concat_agg string_agg list_agg listagg
  group_concat list json_agg jsonb_agg json_object_agg object_agg array_unique_agg approx_distinct approx_count_distinct hll ndv
  approx_quantile approx_quantiles approx_percentile approx_top_count stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop
  covar_samp percentile_cont percentile_disc within_group bool_or bool_and boolor_agg booland_agg logical_or logical_and every bit_and bit_or
  bit_xor max_by min_by arg_max arg_min argmax argmin sum_if avg_if collect_list collect_set histogram regr_slope regr_intercept kurtosis
  skewness entropy quantile quantile_cont quantile_disc grouping checksum array_union_agg`.split(/\s+/),
);

/** True for a function that makes one value of many rows; names are lower case, as polyglot tags or as written. */
export function isAggregate(name: string): boolean {
  return AGGREGATES.has(name);
}
