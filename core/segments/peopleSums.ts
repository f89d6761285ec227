/** What a `$group` over customers adds up of them: who has bought, Σ totalSpent (minor units), Σ orderCount. */
export const PEOPLE_SUMS = {
  buyers: { $sum: { $cond: [{ $gt: ['$figures.orderCount', 0] }, 1, 0] } },
  revenue: { $sum: '$figures.totalSpent' },
  orders: { $sum: '$figures.orderCount' },
};
