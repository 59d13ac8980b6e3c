import { expect, it } from 'vitest';
import { skillsOf, skillsText } from './skills-input';

it('skills are written in one line and read back', () => {
  const skills = skillsOf(' german 3, marine insurance , iso 9001 2,');
  expect(skills).toEqual([
    { skill: 'german', level: 3 },
    { skill: 'marine insurance', level: 1 },
    { skill: 'iso 9001', level: 2 },
  ]);
  expect(skillsOf(skillsText(skills))).toEqual(skills);
});
