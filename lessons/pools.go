package lessons

// pools are what draws take names and words from, a space between two; an underscore stands for a space within. Nobody can
// own a name under example.
var pools = map[string]string{
	"people":    "anna boris chloe david elena felix greta hugo irina jonas klara leon maria nils olga pavel quinn rosa stefan tamara uwe vera walter xenia yusuf zoe",
	"passwords": "almond basalt cobalt denim ember fennel garnet hazel indigo jasper kelp lichen maple nutmeg ochre pepper quartz raven saffron thistle umber velvet walnut yarrow zinc",
	"subjects":  "The_garden The_bridge The_lamp A_red_bicycle The_spare_key Blue_paint The_old_map Two_tickets The_ferry Seven_chairs The_kitchen_clock A_green_door The_long_ladder Cold_tea The_paper_boat Winter_boots",
	"domains":   "harbour.example orchard.example lantern.example pebble.example willow.example copper.example meadow.example granite.example sparrow.example juniper.example anchor.example violet.example",
	"hosts":     "post mx mail relay gate hub tower north south east west hill river lake",
	"things":    "bread tea nails candles string soap apples rope chalk honey paper salt lamps glue",
}
