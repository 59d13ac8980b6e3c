/** Activity instances as a tree, in the order in which rows are read. Pure. */
import type { ActivityInstance } from '../../api/instances';

export interface Branch {
  activity: ActivityInstance;
  depth: number;
}

/** What is inside stands below what it is inside of; what is around something that is not loaded stands by itself. */
export function branches(activities: ActivityInstance[]): Branch[] {
  const known = new Set(activities.map((each) => each.id));
  const inside = new Map<string | null, ActivityInstance[]>();
  for (const each of activities) {
    const around = each.parentId !== null && known.has(each.parentId) ? each.parentId : null;
    inside.set(around, [...(inside.get(around) ?? []), each]);
  }
  const told: Branch[] = [];
  const tell = (around: string | null, depth: number) => {
    for (const activity of inside.get(around) ?? []) {
      told.push({ activity, depth });
      tell(activity.id, depth + 1);
    }
  };
  tell(null, 0);
  return told;
}
