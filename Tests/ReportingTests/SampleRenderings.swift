// The sample table as each format must write it, byte by byte; intervals and probabilities of two
// values are by hand.

let sampleText = #"""
  lung
                   M1      M3      TV   Elastica
  n                 2       2       1          0
  DICE mean     0.500   0.906*  0.960          -
  DICE std      0.250   0.031   0.000          -
  JACCARD mean  0.371   0.830*  0.923          -
  JACCARD std   0.229   0.052   0.000          -
  HD95 mean      5.00    0.94*   0.40          -
  HD95 std       2.50    0.31    0.00          -
  ASSD mean      1.00    0.19*   0.08          -
  ASSD std       0.50    0.06    0.00          -
  missing: TV, case 0021: discarded after 3 attempts: no memory, 5 % | of {all}
  missing: Elastica, all cases: not done yet

  a_b
                   M1
  n                 1
  DICE mean     1.000*
  DICE std      0.000
  JACCARD mean  1.000*
  JACCARD std   0.000
  HD95 mean      0.00*
  HD95 std       0.00
  ASSD mean      0.00*
  ASSD std       0.00

  * best.
  Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty masks \#
  score 1.
  HD95 and ASSD in mm; undefined where a mask \#
  is empty, left out of mean and std and counted (no distance).

  """#

let sampleMarkdown = #"""
  ### lung

  |  | M1 | M3 | TV | Elastica |
  |:---|---:|---:|---:|---:|
  | n | 2 | 2 | 1 | 0 |
  | DICE mean | 0.500 | **0.906** | 0.960 | - |
  | DICE std | 0.250 | 0.031 | 0.000 | - |
  | JACCARD mean | 0.371 | **0.830** | 0.923 | - |
  | JACCARD std | 0.229 | 0.052 | 0.000 | - |
  | HD95 mean | 5.00 | **0.94** | 0.40 | - |
  | HD95 std | 2.50 | 0.31 | 0.00 | - |
  | ASSD mean | 1.00 | **0.19** | 0.08 | - |
  | ASSD std | 0.50 | 0.06 | 0.00 | - |

  Missing:

  - TV, case 0021: discarded after 3 attempts: no memory, 5 % \| of {all}
  - Elastica, all cases: not done yet

  Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty masks \#
  score 1. HD95 and ASSD in mm; undefined \#
  where a mask is empty, left out of mean and std and counted (no distance). Best mean in bold.

  ### lung: 95 % intervals and worst cases

  |  | DICE mean | 95 % interval | HD95 mean | 95 % interval | worst cases (DICE) |
  |:---|---:|---:|---:|---:|---:|
  | M1 | 0.500 | 0.250 to 0.750 | 5.00 | 2.50 to 7.50 | 0021 (0.250), 0018 (0.750) |
  | M3 | 0.906 | 0.875 to 0.938 | 0.94 | 0.62 to 1.25 | 0021 (0.875), 0018 (0.938) |

  Intervals: percentile bootstrap, 10000 resamples of the cases, seeds averaged first; for few \#
  cases somewhat too narrow.

  ### lung: paired tests

  |  | pairs | DICE difference | p | p (Holm) | pairs | HD95 difference | p | p (Holm) |
  |:---|---:|---:|---:|---:|---:|---:|---:|---:|
  | M3 - M1 | 2 | +0.406 | 0.5000 | 1.0000 | 2 | -4.06 | 0.5000 | 1.0000 |
  | M3 - TV | 1 | -0.022 | 1.0000 | 1.0000 | 1 | +0.22 | 1.0000 | 1.0000 |

  Wilcoxon's signed-rank test, two-sided, on the mean over the seeds of each case; exact for up \#
  to 25 pairs, else the normal approximation with Pratt's correction for zeros and that for ties. \#
  p (Holm) is adjusted for the comparisons of a score on a data set.

  ### a_b

  |  | M1 |
  |:---|---:|
  | n | 1 |
  | DICE mean | **1.000** |
  | DICE std | 0.000 |
  | JACCARD mean | **1.000** |
  | JACCARD std | 0.000 |
  | HD95 mean | **0.00** |
  | HD95 std | 0.00 |
  | ASSD mean | **0.00** |
  | ASSD std | 0.00 |

  Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty masks \#
  score 1. HD95 and ASSD in mm; undefined \#
  where a mask is empty, left out of mean and std and counted (no distance). Best mean in bold.

  """#

let sampleCSV = #"""
  dataset,method,n,dice_mean,dice_population_std,jaccard_mean,jaccard_population_std,missing,\#
  hd95_mean,hd95_population_std,assd_mean,assd_population_std,no_distance,setting,seeds,\#
  dice_seed_std,dice_low,dice_high,jaccard_seed_std,jaccard_low,jaccard_high,hd95_seed_std,\#
  hd95_low,hd95_high,assd_seed_std,assd_low,assd_high,worst,distance_unit
  lung,M1,2,0.500000,0.250000,0.371429,0.228571,,5.000000,2.500000,1.000000,0.500000,0,,1,,\#
  0.250000,0.750000,,0.142857,0.600000,,2.500000,7.500000,,0.500000,1.500000,0021 0018,mm
  lung,M3,2,0.906250,0.031250,0.830065,0.052288,,0.937500,0.312500,0.187500,0.062500,0,,1,,\#
  0.875000,0.937500,,0.777778,0.882353,,0.625000,1.250000,,0.125000,0.250000,0021 0018,mm
  lung,TV,1,0.960000,0.000000,0.923077,0.000000,"0021: discarded after 3 attempts:
  no memory, 5 % | of {all}",0.400000,0.000000,0.080000,0.000000,0,,1,,,,,,,,,,,,,0018,mm
  lung,Elastica,0,,,,,all cases: not done yet,,,,,0,,0,,,,,,,,,,,,,,mm
  a_b,M1,1,1.000000,0.000000,1.000000,0.000000,,0.000000,0.000000,0.000000,0.000000,0,,1,,,,,,,,,,\#
  ,,,x,mm

  """#

let sampleLaTeX = #"""
  % Needs \usepackage{booktabs}.
  \begin{table}[htbp]
    \centering
    \footnotesize
    \caption{Results for the test cases of lung. Mean and population standard deviation (std, \#
  ddof = 0) over the n test cases; two empty masks score 1. HD95 and ASSD in mm; undefined where a mask is empty, left out of mean and \#
  std and counted (no distance). Best mean in bold. Missing: TV, case 0021: discarded after 3 \#
  attempts: no memory, 5 \% | of \{all\}; Elastica, all cases: not done yet.}
    \begin{tabular}{lrrrr}
      \toprule
       & M1 & M3 & TV & Elastica \\
      \midrule
      n & 2 & 2 & 1 & 0 \\
      DICE mean & 0.500 & \textbf{0.906} & 0.960 & -- \\
      DICE std & 0.250 & 0.031 & 0.000 & -- \\
      JACCARD mean & 0.371 & \textbf{0.830} & 0.923 & -- \\
      JACCARD std & 0.229 & 0.052 & 0.000 & -- \\
      HD95 mean & 5.00 & \textbf{0.94} & 0.40 & -- \\
      HD95 std & 2.50 & 0.31 & 0.00 & -- \\
      ASSD mean & 1.00 & \textbf{0.19} & 0.08 & -- \\
      ASSD std & 0.50 & 0.06 & 0.00 & -- \\
      \bottomrule
    \end{tabular}
  \end{table}

  \begin{table}[htbp]
    \centering
    \footnotesize
    \caption{95 \% confidence intervals of the means, and the cases of the lowest Dice, on lung. \#
  Intervals: percentile bootstrap, 10000 resamples of the cases, seeds averaged first; for few \#
  cases somewhat too narrow.}
    \begin{tabular}{lrrrrr}
      \toprule
       & DICE mean & 95 \% interval & HD95 mean & 95 \% interval & worst cases (DICE) \\
      \midrule
      M1 & 0.500 & 0.250 to 0.750 & 5.00 & 2.50 to 7.50 & 0021 (0.250), 0018 (0.750) \\
      M3 & 0.906 & 0.875 to 0.938 & 0.94 & 0.62 to 1.25 & 0021 (0.875), 0018 (0.938) \\
      \bottomrule
    \end{tabular}
  \end{table}

  \begin{table}[htbp]
    \centering
    \footnotesize
    \caption{M3 and M4 against the other methods on the cases of lung that both have. Wilcoxon's \#
  signed-rank test, two-sided, on the mean over the seeds of each case; exact for up to 25 pairs, \#
  else the normal approximation with Pratt's correction for zeros and that for ties. p (Holm) \#
  is adjusted for the comparisons of a score on a data set.}
    \begin{tabular}{lrrrrrrrr}
      \toprule
       & pairs & DICE difference & p & p (Holm) & pairs & HD95 difference & p & p (Holm) \\
      \midrule
      M3 - M1 & 2 & +0.406 & 0.5000 & 1.0000 & 2 & -4.06 & 0.5000 & 1.0000 \\
      M3 - TV & 1 & -0.022 & 1.0000 & 1.0000 & 1 & +0.22 & 1.0000 & 1.0000 \\
      \bottomrule
    \end{tabular}
  \end{table}

  \begin{table}[htbp]
    \centering
    \footnotesize
    \caption{Results for the test cases of a\_b. Mean and population standard deviation (std, \#
  ddof = 0) over the n test cases; two empty masks score 1. HD95 and ASSD in mm; undefined where a mask is empty, left out of mean and \#
  std and counted (no distance). Best mean in bold.}
    \begin{tabular}{lr}
      \toprule
       & M1 \\
      \midrule
      n & 1 \\
      DICE mean & \textbf{1.000} \\
      DICE std & 0.000 \\
      JACCARD mean & \textbf{1.000} \\
      JACCARD std & 0.000 \\
      HD95 mean & \textbf{0.00} \\
      HD95 std & 0.00 \\
      ASSD mean & \textbf{0.00} \\
      ASSD std & 0.00 \\
      \bottomrule
    \end{tabular}
  \end{table}

  """#

let sampleJSON = #"""
  {
    "note" : "Mean and population standard deviation (std, ddof = 0) over the n test cases; two \#
  empty masks score 1. HD95 and ASSD in mm; \#
  undefined where a mask is empty, left out of mean and std and counted (no distance). sampleStd: \#
  ddof = 1. Intervals: percentile bootstrap, 10000 resamples of the cases, seeds averaged first; \#
  for few cases somewhat too narrow. Wilcoxon's signed-rank test, two-sided, on the mean over the \#
  seeds of each case; exact for up to 25 pairs, else the normal approximation with Pratt's \#
  correction for zeros and that for ties. p (Holm) is adjusted for the comparisons of \#
  a score on a data set.",
    "results" : [
      {
        "assd" : {
          "high" : 1.5,
          "low" : 0.5,
          "mean" : 1,
          "populationStd" : 0.5,
          "sampleStd" : 0.7071067811865476
        },
        "dataset" : "lung",
        "dice" : {
          "high" : 0.75,
          "low" : 0.25,
          "mean" : 0.5,
          "populationStd" : 0.25,
          "sampleStd" : 0.3535533905932738
        },
        "distanceUnit" : "mm",
        "hd95" : {
          "high" : 7.5,
          "low" : 2.5,
          "mean" : 5,
          "populationStd" : 2.5,
          "sampleStd" : 3.5355339059327378
        },
        "jaccard" : {
          "high" : 0.6,
          "low" : 0.14285714285714285,
          "mean" : 0.37142857142857144,
          "populationStd" : 0.22857142857142856,
          "sampleStd" : 0.32324881425670743
        },
        "method" : "M1",
        "missing" : [

        ],
        "n" : 2,
        "noDistance" : 0,
        "worst" : [
          {
            "case" : "0021",
            "dice" : 0.25
          },
          {
            "case" : "0018",
            "dice" : 0.75
          }
        ]
      },
      {
        "assd" : {
          "high" : 0.25,
          "low" : 0.125,
          "mean" : 0.1875,
          "populationStd" : 0.0625,
          "sampleStd" : 0.08838834764831845
        },
        "dataset" : "lung",
        "dice" : {
          "high" : 0.9375,
          "low" : 0.875,
          "mean" : 0.90625,
          "populationStd" : 0.03125,
          "sampleStd" : 0.04419417382415922
        },
        "distanceUnit" : "mm",
        "hd95" : {
          "high" : 1.25,
          "low" : 0.625,
          "mean" : 0.9375,
          "populationStd" : 0.3125,
          "sampleStd" : 0.4419417382415922
        },
        "jaccard" : {
          "high" : 0.8823529411764706,
          "low" : 0.7777777777777778,
          "mean" : 0.8300653594771241,
          "populationStd" : 0.052287581699346386,
          "sampleStd" : 0.0739458071829069
        },
        "method" : "M3",
        "missing" : [

        ],
        "n" : 2,
        "noDistance" : 0,
        "worst" : [
          {
            "case" : "0021",
            "dice" : 0.875
          },
          {
            "case" : "0018",
            "dice" : 0.9375
          }
        ]
      },
      {
        "assd" : {
          "mean" : 0.08000000000000007,
          "populationStd" : 0
        },
        "dataset" : "lung",
        "dice" : {
          "mean" : 0.96,
          "populationStd" : 0
        },
        "distanceUnit" : "mm",
        "hd95" : {
          "mean" : 0.40000000000000036,
          "populationStd" : 0
        },
        "jaccard" : {
          "mean" : 0.923076923076923,
          "populationStd" : 0
        },
        "method" : "TV",
        "missing" : [
          {
            "case" : "0021",
            "reason" : "discarded after 3 attempts:\nno memory, 5 % | of {all}"
          }
        ],
        "n" : 1,
        "noDistance" : 0,
        "worst" : [
          {
            "case" : "0018",
            "dice" : 0.96
          }
        ]
      },
      {
        "dataset" : "lung",
        "distanceUnit" : "mm",
        "method" : "Elastica",
        "missing" : [
          {
            "reason" : "not done yet"
          }
        ],
        "n" : 0,
        "noDistance" : 0,
        "worst" : [

        ]
      },
      {
        "assd" : {
          "mean" : 0,
          "populationStd" : 0
        },
        "dataset" : "a_b",
        "dice" : {
          "mean" : 1,
          "populationStd" : 0
        },
        "distanceUnit" : "mm",
        "hd95" : {
          "mean" : 0,
          "populationStd" : 0
        },
        "jaccard" : {
          "mean" : 1,
          "populationStd" : 0
        },
        "method" : "M1",
        "missing" : [

        ],
        "n" : 1,
        "noDistance" : 0,
        "worst" : [
          {
            "case" : "x",
            "dice" : 1
          }
        ]
      }
    ],
    "tests" : [
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : 0.40625,
        "method" : "M3",
        "other" : "M1",
        "p" : 0.5,
        "pHolm" : 1,
        "pairs" : 2,
        "score" : "dice",
        "statistic" : 0
      },
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : -0.022499999999999964,
        "method" : "M3",
        "other" : "TV",
        "p" : 1,
        "pHolm" : 1,
        "pairs" : 1,
        "score" : "dice",
        "statistic" : 0
      },
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : 0.45863678804855273,
        "method" : "M3",
        "other" : "M1",
        "p" : 0.5,
        "pHolm" : 1,
        "pairs" : 2,
        "score" : "jaccard",
        "statistic" : 0
      },
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : -0.040723981900452455,
        "method" : "M3",
        "other" : "TV",
        "p" : 1,
        "pHolm" : 1,
        "pairs" : 1,
        "score" : "jaccard",
        "statistic" : 0
      },
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : -4.0625,
        "method" : "M3",
        "other" : "M1",
        "p" : 0.5,
        "pHolm" : 1,
        "pairs" : 2,
        "score" : "hd95",
        "statistic" : 0
      },
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : 0.22499999999999964,
        "method" : "M3",
        "other" : "TV",
        "p" : 1,
        "pHolm" : 1,
        "pairs" : 1,
        "score" : "hd95",
        "statistic" : 0
      },
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : -0.8125,
        "method" : "M3",
        "other" : "M1",
        "p" : 0.5,
        "pHolm" : 1,
        "pairs" : 2,
        "score" : "assd",
        "statistic" : 0
      },
      {
        "dataset" : "lung",
        "distribution" : "exact",
        "meanDifference" : 0.04499999999999993,
        "method" : "M3",
        "other" : "TV",
        "p" : 1,
        "pHolm" : 1,
        "pairs" : 1,
        "score" : "assd",
        "statistic" : 0
      }
    ]
  }

  """#
