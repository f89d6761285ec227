/** The names that MongoDB 8 has, served here or not. */
const names = (text: string) => text.trim().split(/\s+/);

export const MONGO = {
  'Query operators': names(`
    $eq $ne $gt $gte $lt $lte $in $nin $not $exists $type $size $all $elemMatch $mod $regex $bitsAllSet $bitsAnySet
    $bitsAllClear $bitsAnyClear $near $nearSphere $geoWithin $geoIntersects
    $and $or $nor $expr $comment $where $text $jsonSchema $sampleRate`),
  'Update operators': names(`
    $set $setOnInsert $unset $inc $mul $min $max $rename $currentDate $push $addToSet $pull $pullAll $pop $bit`),
  'Pipeline stages': names(`
    $addFields $bucket $bucketAuto $changeStream $collStats $count $currentOp $densify $documents $facet $fill $geoNear
    $graphLookup $group $indexStats $limit $listLocalSessions $listSessions $lookup $match $merge $out $planCacheStats
    $project $redact $replaceRoot $replaceWith $sample $search $searchMeta $set $setWindowFields $skip $sort $sortByCount
    $unionWith $unset $unwind $vectorSearch`),
  Accumulators: names(`
    $accumulator $addToSet $avg $bottom $bottomN $count $first $firstN $last $lastN $max $maxN $median $mergeObjects $min
    $minN $percentile $push $stdDevPop $stdDevSamp $sum $top $topN`),
  Expressions: names(`
    $abs $acos $acosh $add $allElementsTrue $and $anyElementTrue $arrayElemAt $arrayToObject $asin $asinh $atan $atan2
    $atanh $avg $binarySize $bitAnd $bitNot $bitOr $bitXor $bsonSize $ceil $cmp $concat $concatArrays $cond $convert $cos
    $cosh $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc
    $dayOfMonth $dayOfWeek $dayOfYear $degreesToRadians $divide $eq $exp $filter $first $firstN $floor $function $getField
    $gt $gte $hour $ifNull $in $indexOfArray $indexOfBytes $indexOfCP $isArray $isNumber $isoDayOfWeek $isoWeek
    $isoWeekYear $last $lastN $let $literal $ln $log $log10 $lt $lte $ltrim $map $max $maxN $median $mergeObjects $meta
    $millisecond $min $minN $minute $mod $month $multiply $ne $not $objectToArray $or $percentile $pow $radiansToDegrees
    $rand $range $reduce $regexFind $regexFindAll $regexMatch $replaceAll $replaceOne $reverseArray $round $rtrim
    $sampleRate $second $setDifference $setEquals $setField $setIntersection $setIsSubset $setUnion $sin $sinh $size $slice
    $sortArray $split $sqrt $stdDevPop $stdDevSamp $strLenBytes $strLenCP $strcasecmp $substr $substrBytes $substrCP
    $subtract $sum $switch $tan $tanh $toBool $toDate $toDecimal $toDouble $toHashedIndexKey $toInt $toLong $toLower
    $toObjectId $toString $toUUID $toUpper $trim $trunc $tsIncrement $tsSecond $type $unsetField $week $year $zip`),
} as const;

export const MONGO_COMMANDS = names(`
  abortTransaction aggregate buildInfo bulkWrite cloneCollectionAsCapped collMod collStats commitTransaction compact
  connectionStatus convertToCapped count create createIndexes createUser currentOp dataSize dbHash dbStats delete distinct
  drop dropDatabase dropIndexes dropUser endSessions explain find findAndModify fsync getCmdLineOpts getLog getMore
  getParameter hello hostInfo insert killAllSessions killCursors killOp killSessions listCollections listDatabases
  listIndexes logRotate mapReduce ping profile reIndex refreshSessions renameCollection replSetGetStatus replSetInitiate
  saslContinue saslStart serverStatus setFeatureCompatibilityVersion setParameter shutdown startSession top update
  updateUser usersInfo validate whatsmyuri`);
