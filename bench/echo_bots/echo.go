// The same bot on vksdk 2.16, for bench/bots.
package main

import (
	"context"
	"log"
	"os"

	"github.com/SevereCloud/vksdk/v2/api"
	"github.com/SevereCloud/vksdk/v2/events"
	"github.com/SevereCloud/vksdk/v2/longpoll-bot"
)

func main() {
	vk := api.NewVK(os.Getenv("VK_ACCESS_TOKEN"))
	vk.MethodURL = os.Args[1] + "/method/"
	vk.Limit = 0
	polling, err := longpoll.NewLongPoll(vk, 1)
	if err != nil {
		log.Fatal(err)
	}
	polling.MessageNew(func(_ context.Context, received events.MessageNewObject) {
		message := api.Params{
			"peer_id":   received.Message.PeerID,
			"random_id": 0,
			"message":   received.Message.Text,
		}
		if _, err := vk.MessagesSend(message); err != nil {
			log.Fatal(err)
		}
	})
	log.Fatal(polling.Run())
}
