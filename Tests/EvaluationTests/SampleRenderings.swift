// The sample table as each format must write it, byte by byte.

let sampleText = """
  lung
                   M1      M3      TV   Elastica
  n                 2       2       1          0
  DICE mean     0.500   0.906*  0.960          -
  DICE std      0.250   0.031   0.000          -
  JACCARD mean  0.371   0.830*  0.923          -
  JACCARD std   0.229   0.052   0.000          -
  missing: TV, case 0021: set aside after 3 attempts: no memory, 5 % | of {all}
  missing: Elastica, all cases: not done yet

  a_b
                   M1
  n                 1
  DICE mean     1.000*
  DICE std      0.000
  JACCARD mean  1.000*
  JACCARD std   0.000

  * best. Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty \
  masks score 1.

  """

let sampleMarkdown = #"""
  ### lung

  |  | M1 | M3 | TV | Elastica |
  |:---|---:|---:|---:|---:|
  | n | 2 | 2 | 1 | 0 |
  | DICE mean | 0.500 | **0.906** | 0.960 | - |
  | DICE std | 0.250 | 0.031 | 0.000 | - |
  | JACCARD mean | 0.371 | **0.830** | 0.923 | - |
  | JACCARD std | 0.229 | 0.052 | 0.000 | - |

  Missing:

  - TV, case 0021: set aside after 3 attempts: no memory, 5 % \| of {all}
  - Elastica, all cases: not done yet

  ### a_b

  |  | M1 |
  |:---|---:|
  | n | 1 |
  | DICE mean | **1.000** |
  | DICE std | 0.000 |
  | JACCARD mean | **1.000** |
  | JACCARD std | 0.000 |

  Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty masks \#
  score 1. Best mean in bold.

  """#

let sampleCSV = #"""
  dataset,method,n,dice_mean,dice_population_std,jaccard_mean,jaccard_population_std,missing
  lung,M1,2,0.500000,0.250000,0.371429,0.228571,
  lung,M3,2,0.906250,0.031250,0.830065,0.052288,
  lung,TV,1,0.960000,0.000000,0.923077,0.000000,"0021: set aside after 3 attempts:
  no memory, 5 % | of {all}"
  lung,Elastica,0,,,,,all cases: not done yet
  a_b,M1,1,1.000000,0.000000,1.000000,0.000000,

  """#

let sampleLaTeX = #"""
  % Needs \usepackage{booktabs}.
  \begin{table}[htbp]
    \centering
    \caption{Results for the test cases of lung. Mean and population standard deviation (std, \#
  ddof = 0) over the n test cases; two empty masks score 1. Best mean in bold. Missing: TV, case \#
  0021: set aside after 3 attempts: no memory, 5 \% | of \{all\}; Elastica, all cases: not done yet.}
    \begin{tabular}{lrrrr}
      \toprule
       & M1 & M3 & TV & Elastica \\
      \midrule
      n & 2 & 2 & 1 & 0 \\
      DICE mean & 0.500 & \textbf{0.906} & 0.960 & -- \\
      DICE std & 0.250 & 0.031 & 0.000 & -- \\
      JACCARD mean & 0.371 & \textbf{0.830} & 0.923 & -- \\
      JACCARD std & 0.229 & 0.052 & 0.000 & -- \\
      \bottomrule
    \end{tabular}
  \end{table}

  \begin{table}[htbp]
    \centering
    \caption{Results for the test cases of a\_b. Mean and population standard deviation (std, \#
  ddof = 0) over the n test cases; two empty masks score 1. Best mean in bold.}
    \begin{tabular}{lr}
      \toprule
       & M1 \\
      \midrule
      n & 1 \\
      DICE mean & \textbf{1.000} \\
      DICE std & 0.000 \\
      JACCARD mean & \textbf{1.000} \\
      JACCARD std & 0.000 \\
      \bottomrule
    \end{tabular}
  \end{table}

  """#

let sampleJSON = #"""
  {
    "note" : "Mean and population standard deviation (std, ddof = 0) over the n test cases; \#
  two empty masks score 1. sampleStd: ddof = 1.",
    "results" : [
      {
        "dataset" : "lung",
        "dice" : {
          "mean" : 0.5,
          "populationStd" : 0.25,
          "sampleStd" : 0.3535533905932738
        },
        "jaccard" : {
          "mean" : 0.37142857142857144,
          "populationStd" : 0.22857142857142856,
          "sampleStd" : 0.32324881425670743
        },
        "method" : "M1",
        "missing" : [

        ],
        "n" : 2
      },
      {
        "dataset" : "lung",
        "dice" : {
          "mean" : 0.90625,
          "populationStd" : 0.03125,
          "sampleStd" : 0.04419417382415922
        },
        "jaccard" : {
          "mean" : 0.8300653594771241,
          "populationStd" : 0.052287581699346386,
          "sampleStd" : 0.0739458071829069
        },
        "method" : "M3",
        "missing" : [

        ],
        "n" : 2
      },
      {
        "dataset" : "lung",
        "dice" : {
          "mean" : 0.96,
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
            "reason" : "set aside after 3 attempts:\nno memory, 5 % | of {all}"
          }
        ],
        "n" : 1
      },
      {
        "dataset" : "lung",
        "method" : "Elastica",
        "missing" : [
          {
            "reason" : "not done yet"
          }
        ],
        "n" : 0
      },
      {
        "dataset" : "a_b",
        "dice" : {
          "mean" : 1,
          "populationStd" : 0
        },
        "jaccard" : {
          "mean" : 1,
          "populationStd" : 0
        },
        "method" : "M1",
        "missing" : [

        ],
        "n" : 1
      }
    ]
  }

  """#
